#pragma once

// Gives the first so many keys a number each, for arrays of counters that are as long. Whoever
// counts remembers the numbers it was given, and asks only for keys that it does not know.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace swiftgrid::observe {

template <typename Key>
class Slots {
public:
    explicit Slots(std::size_t most) : most_(most) {}

    std::size_t most() const { return most_; }
    // Nobody new gets a number: do not ask.
    bool is_full() const { return count_.load(std::memory_order_relaxed) >= most_; }

    // Any thread. Nothing when all are given away.
    std::optional<std::size_t> slot_of(const Key& key) {
        const std::lock_guard lock(mutex_);
        if (const auto known = slots_.find(key); known != slots_.end()) return known->second;
        if (keys_.size() >= most_) return std::nullopt;
        const std::size_t slot = keys_.size();
        keys_.push_back(key);
        slots_.emplace(key, slot);
        count_.store(keys_.size(), std::memory_order_relaxed);
        return slot;
    }

    // By number.
    std::vector<Key> keys() const {
        const std::lock_guard lock(mutex_);
        return keys_;
    }

private:
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::vector<Key> keys_;
    std::unordered_map<Key, std::size_t> slots_;
    std::atomic<std::size_t> count_ = 0;
};

}  // namespace swiftgrid::observe
