#pragma once

// So many calls a minute, in any order: a bucket that holds a minute's calls and fills evenly. One
// number says how full it is: the time at which it will be full again (GCRA, ATM Forum, "Traffic
// Management Specification 4.0", 1996).

#include <algorithm>
#include <cstdint>
#include <optional>

namespace swiftgrid::control {

class CallRate {
public:
    // Nothing when the call may pass, else in how many milliseconds one may. `now_ms` never steps
    // back. The rate may be another each time.
    std::optional<std::int64_t> take(std::int64_t calls_per_minute, std::int64_t now_ms) {
        constexpr std::int64_t minute = 60'000'000;  // in microseconds
        const std::int64_t each = minute / calls_per_minute;
        const std::int64_t now = now_ms * 1'000;
        const std::int64_t full_at = std::max(full_at_, now) + each;
        if (full_at - now > minute) return (full_at - now - minute + 999) / 1'000;
        full_at_ = full_at;
        return std::nullopt;
    }

private:
    std::int64_t full_at_ = 0;
};

}  // namespace swiftgrid::control
