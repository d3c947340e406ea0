#pragma once

// How long a piece of work may go on. It is asked after every step, so one step is always done.

#include <chrono>
#include <cstdint>

namespace swiftgrid::store {

class TimeBudget {
public:
    explicit TimeBudget(std::int64_t milliseconds)
        : end_(Clock::now() + std::chrono::milliseconds(milliseconds)) {}

    bool is_spent() const { return Clock::now() >= end_; }

private:
    using Clock = std::chrono::steady_clock;

    Clock::time_point end_;
};

}  // namespace swiftgrid::store
