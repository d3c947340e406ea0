#pragma once

// A cron expression in a time zone, as schedules and people give them. Pure.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "model/cron.h"
#include "model/problem.h"

namespace swiftgrid::model {

// Why next() gave nothing.
constexpr std::string_view no_further_occurrence =
    "there is no further occurrence until the end of 2037, where the time zones of the system end";

class Timetable {
public:
    // A problem of "/cron" or of "/timezone".
    static std::expected<Timetable, Problem> parse(std::string_view cron,
                                                   std::string_view timezone);

    // The first one after `after`; nothing when none will come.
    std::optional<Instant> next(Instant after) const { return cron_.next(after, zone_); }

    // "At 09:00 on Monday through Friday, Europe/Berlin".
    std::string in_words() const { return cron_.in_words() + ", " + zone_.name(); }

    const TimeZone& zone() const { return zone_; }

private:
    Timetable(Cron cron, TimeZone zone) : cron_(std::move(cron)), zone_(std::move(zone)) {}

    Cron cron_;
    TimeZone zone_;
};

}  // namespace swiftgrid::model
