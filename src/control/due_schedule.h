#pragma once

// What is to be done about a schedule whose next run is due. Pure.

#include <optional>
#include <string>

#include "base/instant.h"
#include "base/result.h"
#include "store/schedules.h"

namespace swiftgrid::control {

struct DueVerdict {
    std::optional<Instant> start;             // the occurrence that starts a run
    std::string why_late;                     // "" when it is in time
    std::optional<store::Occurrence> missed;  // those before it, or all
    std::optional<Instant> next_run;          // nothing: none will come
};

// Requires that schedule.next_run is due. What was planned before `up_since` was missed because
// nobody watched. An error when expression or zone cannot be used.
Result<DueVerdict> judge_due(const store::Schedule& schedule, Instant now, Instant up_since);

// The occurrences from `first` on and before `until`, which has started a run; nothing when there
// are none.
Result<std::optional<store::Occurrence>> missed_before(const store::ScheduleSettings& settings,
                                                       Instant first, Instant until, Instant now);

// The first occurrence after `after`; nothing when none will come.
Result<std::optional<Instant>> next_run_after(const store::ScheduleSettings& settings,
                                              Instant after);

}  // namespace swiftgrid::control
