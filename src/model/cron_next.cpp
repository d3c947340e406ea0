// Cron: the next occurrence.

#include <chrono>

#include "model/cron.h"

namespace swiftgrid::model {
namespace {

constexpr int minutes_per_hour = 60;
constexpr int minutes_per_day = 24 * minutes_per_hour;

// Clocks are at most a day away from UTC.
constexpr LocalMinute shown_end{TimeZone::known_until.milliseconds_since_epoch / 60'000 +
                                minutes_per_day};

Instant next_millisecond(Instant instant) { return instant + Duration{1}; }

}  // namespace

std::optional<Instant> Cron::next(Instant after, const TimeZone& zone) const {
    if (after >= TimeZone::known_until) return std::nullopt;
    const auto found =
        follows_every_hour() ? next_of_every_hour(after, zone) : next_of_day(after, zone);
    return found && *found < TimeZone::known_until ? found : std::nullopt;
}

// Period by period, because within one the clocks run like UTC.
std::optional<Instant> Cron::next_of_every_hour(Instant after, const TimeZone& zone) const {
    for (Instant begin = next_millisecond(after); begin < TimeZone::known_until;) {
        const TimeZone::Period period = zone.period_at(begin);
        LocalMinute first = local_minute_at(begin, period.ahead_of_utc);
        if (instant_of(first, period.ahead_of_utc) < begin) ++first.since_epoch;
        const auto shown = next_shown(first);
        if (!shown) return std::nullopt;
        const Instant at = instant_of(*shown, period.ahead_of_utc);
        if (at < period.end) return at;
        begin = period.end;
    }
    return std::nullopt;
}

// What the clocks have shown by `after` has occurred by then, because first_instant_of() grows.
// What they will show may be over all the same, when they show it the second time.
std::optional<Instant> Cron::next_of_day(Instant after, const TimeZone& zone) const {
    LocalMinute from = local_minute_at(after, zone.period_at(after).ahead_of_utc);
    for (;;) {
        ++from.since_epoch;
        const auto shown = next_shown(from);
        if (!shown) return std::nullopt;
        const Instant at = zone.first_instant_of(*shown);
        if (at > after) return at;
        from = *shown;
    }
}

// The first time from `from` on that fits, on a clock that is never changed.
std::optional<LocalMinute> Cron::next_shown(LocalMinute from) const {
    while (from < shown_end) {
        const auto days =
            std::chrono::floor<std::chrono::days>(std::chrono::minutes(from.since_epoch));
        const std::int64_t midnight = std::int64_t{days.count()} * minutes_per_day;
        if (fits_day(days.count())) {
            const auto minute = minute_of_day_from(static_cast<int>(from.since_epoch - midnight));
            if (minute) return LocalMinute{midnight + *minute};
        }
        from.since_epoch = midnight + minutes_per_day;
    }
    return std::nullopt;
}

std::optional<int> Cron::minute_of_day_from(int minute) const {
    for (int hour = minute / minutes_per_hour; hour < 24; ++hour) {
        if (!hour_.values.test(static_cast<std::size_t>(hour))) continue;
        const int begin = hour * minutes_per_hour;
        for (int at = std::max(minute, begin); at < begin + minutes_per_hour; ++at) {
            if (minute_.values.test(static_cast<std::size_t>(at - begin))) return at;
        }
    }
    return std::nullopt;
}

bool Cron::fits_day(std::int64_t days_since_epoch) const {
    const std::chrono::sys_days date{std::chrono::days(days_since_epoch)};
    const std::chrono::year_month_day calendar(date);
    if (!month_.values.test(static_cast<unsigned>(calendar.month()))) return false;
    const bool fits_day_of_month = day_.values.test(static_cast<unsigned>(calendar.day()));
    const bool fits_weekday = weekday_.values.test(std::chrono::weekday(date).c_encoding());
    if (day_.is_any || weekday_.is_any) return fits_day_of_month && fits_weekday;
    return fits_day_of_month || fits_weekday;
}

}  // namespace swiftgrid::model
