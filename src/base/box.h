#pragma once

// A value that is rarely there, kept outside its owner so that the owner stays small. Copies are
// deep: a Box is a value, like std::optional.

#include <memory>
#include <utility>

namespace swiftgrid {

template <typename T>
class Box {
public:
    Box() = default;
    explicit Box(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Box(const Box& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
    Box(Box&&) noexcept = default;
    Box& operator=(const Box& other) {
        Box copy(other);
        value_.swap(copy.value_);
        return *this;
    }
    Box& operator=(Box&&) noexcept = default;
    ~Box() = default;

    explicit operator bool() const { return value_ != nullptr; }
    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    const T* operator->() const { return value_.get(); }
    void reset() { value_.reset(); }

    bool operator==(const Box& other) const {
        if (!value_ || !other.value_) return !value_ && !other.value_;
        return *value_ == *other.value_;
    }

private:
    std::unique_ptr<T> value_;
};

}  // namespace swiftgrid
