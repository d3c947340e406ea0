#pragma once

// Points in time and lengths of time as integers of milliseconds. There is no clock here: `now`
// is always an argument (style.md D3). The text form is RFC 3339 UTC with milliseconds.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace swiftgrid {

struct Duration {
    std::int64_t milliseconds = 0;

    auto operator<=>(const Duration&) const = default;
};

struct Instant {
    std::int64_t milliseconds_since_epoch = 0;

    auto operator<=>(const Instant&) const = default;
};

inline Instant operator+(Instant instant, Duration duration) {
    return {instant.milliseconds_since_epoch + duration.milliseconds};
}
inline Duration operator-(Instant later, Instant earlier) {
    return {later.milliseconds_since_epoch - earlier.milliseconds_since_epoch};
}

// "2026-11-24T15:04:05.123Z". Requires a year from 0 to 9999.
std::string to_rfc3339(Instant instant);

// Accepts RFC 3339 with any offset and any number of fraction digits (cut to milliseconds).
Result<Instant> parse_rfc3339(std::string_view text);

}  // namespace swiftgrid
