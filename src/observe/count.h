#pragma once

// Numbers that one thread changes and any thread reads: a load and a store, no lock and no
// instruction that other cores wait for. What many threads change is an atomic of its own.

#include <atomic>
#include <cstdint>

namespace swiftgrid::observe {

class Count {
public:
    void add(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_ = 0;
};

}  // namespace swiftgrid::observe
