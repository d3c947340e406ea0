#pragma once

// IANA time zones: what the clocks of a place show at an instant, and when they show a time. The
// only file that knows the library behind it, which reads the system's zone files (package tzdata).
// Thread-safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace date {
class time_zone;
}

namespace swiftgrid {

// What a clock shows, as minutes since 1970-01-01 00:00 on that clock.
struct LocalMinute {
    std::int64_t since_epoch = 0;

    auto operator<=>(const LocalMinute&) const = default;
};

class TimeZone {
public:
    // What the system's files are right about: rules for later stand there in a form that is not
    // read (docs/decisions/0012).
    static constexpr Instant known_until{2'145'916'800'000};  // 2038-01-01T00:00:00Z

    // "Europe/Berlin". `invalid_document` when the system does not know such a zone.
    static Result<TimeZone> find(std::string_view name);

    // Sorted; empty where the system has no zone files.
    static std::vector<std::string> names();

    // Reads the files of all zones: some 20 ms and 2 MB. A process that may open no files later, or
    // its children, then knows them.
    static void prepare();

    const std::string& name() const { return name_; }

    // While the clocks are not changed: from `begin`, before `end`.
    struct Period {
        Instant begin;
        Instant end;
        Duration ahead_of_utc;
        std::string abbreviation;  // "CEST"
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

}  // namespace swiftgrid
