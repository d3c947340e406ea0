#include "control/due_schedule.h"

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "model/timetable.h"

namespace swiftgrid::control {
namespace {

using model::Timetable;

Result<Timetable> timetable_of(const store::ScheduleSettings& settings) {
    auto timetable = Timetable::parse(settings.cron, settings.timezone);
    if (!timetable) return fail(ErrorCode::invalid_document, model::in_one_line(timetable.error()));
    return *std::move(timetable);
}

// What was planned until `now`, from a first one on.
struct Planned {
    Instant latest;
    std::optional<Instant> before_latest;
    std::int64_t count = 1;
};

Planned planned_until(const Timetable& timetable, Instant first, Instant now) {
    // Nobody wants to know how many minutes there were in three years.
    constexpr Duration counted{limits::schedule_missed_days * 24 * 60 * 60 * 1'000};
    Planned planned{first, std::nullopt};
    Instant from = std::max(first, now + Duration{-counted.milliseconds});
    for (auto at = timetable.next(from); at && *at <= now; at = timetable.next(*at)) {
        planned.before_latest = planned.latest;
        planned.latest = *at;
        ++planned.count;
    }
    return planned;
}

store::Occurrence missed(Instant planned_at, std::int64_t count, std::string detail, Instant now) {
    store::Occurrence occurrence;
    occurrence.planned_at = planned_at;
    occurrence.outcome = "missed";
    occurrence.count = count;
    occurrence.detail = std::move(detail);
    occurrence.decided_at = now;
    return occurrence;
}

store::Occurrence made_up_for(const Planned& planned, Instant by, Instant now) {
    return missed(planned.latest, planned.count,
                  "the run of " + to_rfc3339(by) + " makes up for it", now);
}

}  // namespace

Result<std::optional<store::Occurrence>> missed_before(const store::ScheduleSettings& settings,
                                                       Instant first, Instant until, Instant now) {
    if (first >= until) return std::nullopt;
    const auto timetable = timetable_of(settings);
    if (!timetable) return std::unexpected(timetable.error());
    return made_up_for(planned_until(*timetable, first, until + Duration{-1}), until, now);
}

Result<std::optional<Instant>> next_run_after(const store::ScheduleSettings& settings,
                                              Instant after) {
    const auto timetable = timetable_of(settings);
    if (!timetable) return std::unexpected(timetable.error());
    return timetable->next(after);
}

Result<DueVerdict> judge_due(const store::Schedule& schedule, Instant now, Instant up_since) {
    SG_ASSERT(schedule.next_run && *schedule.next_run <= now, "the schedule is due");
    const auto timetable = timetable_of(schedule.settings);
    if (!timetable) return std::unexpected(timetable.error());
    const Planned planned = planned_until(*timetable, *schedule.next_run, now);
    DueVerdict verdict;
    verdict.next_run = timetable->next(std::max(planned.latest, now));

    std::string why;
    if (planned.latest < up_since)
        why = "the server was not running";
    else if ((now - planned.latest).milliseconds > limits::schedule_late_ms)
        why = "the server could not start it in time";
    if (!why.empty() && schedule.settings.missed == "skip") {
        verdict.missed = missed(planned.latest, planned.count, std::move(why), now);
        return verdict;
    }
    verdict.start = planned.latest;
    verdict.why_late = std::move(why);
    if (planned.before_latest)
        verdict.missed = made_up_for({*planned.before_latest, std::nullopt, planned.count - 1},
                                     planned.latest, now);
    return verdict;
}

}  // namespace swiftgrid::control
