#pragma once

// IANA time zones: what the clocks of a place show at an instant, and when they show a time. The
// only file that knows the library behind it, which reads the system's zone files. Thread-safe.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace date {
class time_zone;
}

namespace swiftgrid::model {

// What a clock shows, as minutes since 1970-01-01 00:00 on that clock.
struct LocalMinute {
    std::int64_t since_epoch = 0;

    auto operator<=>(const LocalMinute&) const = default;
};

class TimeZone {
public:
    // "Europe/Berlin". `invalid_document` when the system does not know such a zone.
    static Result<TimeZone> find(std::string_view name);

    const std::string& name() const { return name_; }

    // While the clocks are not changed: from `begin`, before `end`.
    struct Period {
        Instant begin;
        Instant end;
        Duration ahead_of_utc;
    };
    Period period_at(Instant instant) const;

    // When the clocks show this first. A time that they jump over: the first instant after the
    // jump. Grows with the time.
    Instant first_instant_of(LocalMinute time) const;

private:
    TimeZone(std::string name, const date::time_zone* zone) : name_(std::move(name)), zone_(zone) {}

    std::string name_;
    const date::time_zone* zone_;  // lives as long as the process
};

// The minute that has begun. `zone_offset` is Period::ahead_of_utc.
LocalMinute local_minute_at(Instant instant, Duration zone_offset);

// How many minutes a clock that shows `minute` is away from the epoch, in UTC.
Instant instant_of(LocalMinute minute, Duration zone_offset);

}  // namespace swiftgrid::model
