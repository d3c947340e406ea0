#pragma once

// Cron expressions: reading, the next occurrence in a time zone, and the same in words. Pure.
//
// minute hour day-of-month month day-of-week, with names, lists, ranges and steps, or a macro such
// as @daily. Sunday is 0 or 7. When neither day field is exactly `*` (or `?`), a day that fits one
// of them fits.
//
// When clocks are changed: an hour field without `*` and step means hours of a day. A time that the
// clocks jump over occurs at the first instant after the jump, one that they show twice occurs the
// first time. Otherwise every hour that passes is looked at: what fits occurs whenever the clocks
// show it, so `*/15 * * * *` keeps its rhythm.

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "base/time_zone.h"

namespace swiftgrid::model {

// A part of a list: `from` to `to`, every `step`th. A single value has equal ends.
struct CronRange {
    int from = 0;
    int to = 0;
    int step = 1;

    bool operator==(const CronRange&) const = default;
};

class Cron {
public:
    // `invalid_document` that names the field and says how to mend it.
    static Result<Cron> parse(std::string_view text);

    // The first one after `after`. Nothing when none comes before TimeZone::known_until.
    std::optional<Instant> next(Instant after, const TimeZone& zone) const;

    // "At 09:00 on Monday through Friday".
    std::string in_words() const;

private:
    struct Field {
        std::vector<CronRange> ranges;
        std::bitset<64> values;
        bool is_any = false;    // exactly `*` or `?`
        bool has_step = false;  // or `*` somewhere
    };
    friend class CronReader;
    friend class CronWords;

    bool follows_every_hour() const { return hour_.is_any || hour_.has_step; }
    std::optional<LocalMinute> next_shown(LocalMinute from) const;
    std::optional<int> minute_of_day_from(int minute) const;
    bool fits_day(std::int64_t days_since_epoch) const;
    std::optional<Instant> next_of_every_hour(Instant after, const TimeZone& zone) const;
    std::optional<Instant> next_of_day(Instant after, const TimeZone& zone) const;

    Field minute_;
    Field hour_;
    Field day_;
    Field month_;
    Field weekday_;  // 0 to 6
};

}  // namespace swiftgrid::model
