#pragma once

// How many lines of one kind a log takes in a second, so that a thousand runs that fail do not fill
// a disk or hold up a shard. Thread-safe.

#include <cstdint>
#include <mutex>
#include <optional>

namespace swiftgrid::observe {

class LineRate {
public:
    explicit LineRate(std::int64_t per_second) : per_second_(per_second) {}

    // Nothing: leave the line out. Else how many were left out since the last one that was not.
    // `now_ms` is of a monotonic clock.
    std::optional<std::uint64_t> admit(std::int64_t now_ms) {
        const std::lock_guard lock(mutex_);
        const std::int64_t second = now_ms / 1'000;
        if (second != second_) {
            second_ = second;
            lines_ = 0;
        }
        if (lines_ >= per_second_) {
            ++left_out_;
            return std::nullopt;
        }
        ++lines_;
        const std::uint64_t before = left_out_;
        left_out_ = 0;
        return before;
    }

private:
    const std::int64_t per_second_;
    std::mutex mutex_;
    std::int64_t second_ = 0;
    std::int64_t lines_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace swiftgrid::observe
