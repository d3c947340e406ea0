#pragma once

// So many calls at once, in any order, and then one each time it has had time for one: a bucket
// that fills evenly. One number says how full it is: the time at which it will be full again (GCRA,
// ATM Forum, "Traffic Management Specification 4.0", 1996).

#include <algorithm>
#include <cstdint>

namespace swiftgrid::control {

// What the bucket holds, and in which time one call comes back.
struct Pace {
    std::int64_t calls;
    std::int64_t each_us;
};

constexpr Pace per_minute(std::int64_t calls) { return {calls, 60'000'000 / calls}; }

class CallRate {
public:
    // In how many milliseconds a call may pass, 0 for now. `now_ms` never steps back. The pace may
    // be another each time.
    std::int64_t wait_ms(Pace pace, std::int64_t now_ms) const {
        const std::int64_t late_us = full_at_us_after(pace, now_ms) - now_ms * 1'000;
        return std::max<std::int64_t>(0, (late_us - pace.calls * pace.each_us + 999) / 1'000);
    }

    // Requires that one may pass.
    void take(Pace pace, std::int64_t now_ms) { full_at_us_ = full_at_us_after(pace, now_ms); }

    // The one that was taken does not count.
    void give_back(Pace pace) { full_at_us_ -= pace.each_us; }

private:
    std::int64_t full_at_us_after(Pace pace, std::int64_t now_ms) const {
        return std::max(full_at_us_, now_ms * 1'000) + pace.each_us;
    }

    std::int64_t full_at_us_ = 0;
};

}  // namespace swiftgrid::control
