#include "control/scheduler.h"

#include <algorithm>
#include <future>
#include <memory>

#include "base/limits.h"
#include "control/due_schedule.h"

namespace swiftgrid::control {
namespace {

store::Occurrence occurrence_at(Instant planned_at, Instant now) {
    store::Occurrence occurrence;
    occurrence.planned_at = planned_at;
    occurrence.decided_at = now;
    return occurrence;
}

}  // namespace

Scheduler::Scheduler(const Parts& parts)
    : parts_(parts),
      queue_({parts.schedules, parts.hub, parts.clock, parts.start, parts.wake, parts.metrics}) {}

std::optional<Instant> Scheduler::turn() {
    const Instant now = parts_.clock.now();
    // A clock that was set back shows times again that nobody has missed.
    if (!has_begun_)
        up_since_ = now;
    else if (now < last_turn_)
        up_since_ = std::min(up_since_, now);
    last_turn_ = now;
    if (auto worked = work(); !worked) {
        if (worked.error().code != ErrorCode::overloaded)
            parts_.warn("schedules: " + worked.error().message);
        return parts_.clock.now() + Duration{limits::schedule_retry_ms};
    }
    auto next = parts_.schedules.next_due();
    if (next) return *next;
    parts_.warn("schedules: " + next.error().message);
    return parts_.clock.now() + Duration{limits::schedule_retry_ms};
}

Result<void> Scheduler::work() {
    if (!has_begun_) {
        if (auto begun = begin(); !begun) return begun;
        has_begun_ = true;
    }
    for (;;) {
        auto more = start_some_that_are_due(parts_.clock.now());
        if (!more) return std::unexpected(more.error());
        if (!*more) break;
    }
    return queue_.start_ready();
}

// What a start finds: runs in the queue, and schedules that had no next run when it was needed,
// because their zone was not known.
Result<void> Scheduler::begin() {
    if (auto recovered = queue_.recover(); !recovered) return recovered;
    std::optional<FlowId> last;
    for (;;) {
        auto stuck = parts_.schedules.stuck(last, limits::schedules_per_read);
        if (!stuck) return std::unexpected(stuck.error());
        std::vector<store::ScheduleStep> steps;
        for (const store::Schedule& schedule : *stuck) {
            auto next = next_run_after(schedule.settings, parts_.clock.now());
            if (next && *next) steps.push_back({schedule.flow, std::nullopt, *next, {}});
        }
        if (auto recorded = parts_.schedules.record(steps); !recorded) return recorded;
        if (stuck->size() < limits::schedules_per_read) return {};
        last = stuck->back().flow;
    }
}

// True when there may be more.
Result<bool> Scheduler::start_some_that_are_due(Instant now) {
    auto due = parts_.schedules.due(now, limits::schedule_starts);
    if (!due) return std::unexpected(due.error());
    if (due->empty()) return false;
    std::vector<Case> cases;
    for (store::Schedule& schedule : *due) {
        auto examined = examine(std::move(schedule), now);
        if (!examined) return std::unexpected(examined.error());
        cases.push_back(*std::move(examined));
    }
    start_all(cases);
    if (auto recorded = record(cases); !recorded) return std::unexpected(recorded.error());
    if (std::ranges::any_of(cases, &Case::is_postponed))
        return fail(ErrorCode::overloaded, "a run could not be started for want of room");
    return true;
}

Result<void> Scheduler::record(std::vector<Case>& cases) {
    std::vector<store::ScheduleStep> steps;
    for (const Case& each : cases)
        if (!each.is_postponed) steps.push_back(each.step);
    if (auto recorded = parts_.schedules.record(steps); !recorded) return recorded;
    for (const store::ScheduleStep& step : steps) {
        for (const store::Occurrence& occurrence : step.occurrences) {
            count(occurrence);
            if (occurrence.outcome == "queued") queue_.add({step.flow, occurrence.planned_at});
        }
    }
    return {};
}

void Scheduler::count(const store::Occurrence& occurrence) const {
    ControlMetrics* metrics = parts_.metrics;
    if (!metrics) return;
    const auto times = static_cast<std::uint64_t>(occurrence.count);
    metrics->schedule_occurrences.add({occurrence.outcome}, times);
    if (occurrence.outcome == "skipped") metrics->schedule_skipped.add({"overlap"}, times);
    if (occurrence.outcome == "missed") metrics->schedule_skipped.add({"missed"}, times);
    if (occurrence.outcome == "started")
        metrics->scheduler_lag.observe(
            (occurrence.decided_at - occurrence.planned_at).milliseconds);
}

Result<Scheduler::Case> Scheduler::examine(store::Schedule schedule, Instant now) {
    Case due{std::move(schedule), {}, {}};
    due.step.flow = due.schedule.flow;
    due.step.decided = due.schedule.next_run;
    auto is_taken_over = take_over_started(due, now);
    if (!is_taken_over) return std::unexpected(is_taken_over.error());
    if (*is_taken_over) return due;
    const auto verdict = judge_due(due.schedule, now, up_since_);
    if (!verdict) {
        // One bad schedule must not keep the others waiting.
        store::Occurrence occurrence = occurrence_at(*due.schedule.next_run, now);
        occurrence.outcome = "failed";
        occurrence.detail = verdict.error().message;
        due.step.occurrences = {std::move(occurrence)};
        return due;
    }
    due.step.next_run = verdict->next_run;
    if (verdict->missed) due.step.occurrences.push_back(*verdict->missed);
    if (!verdict->start) return due;
    store::Occurrence occurrence = occurrence_at(*verdict->start, now);
    occurrence.detail = verdict->why_late;
    if (auto decided = decide_overlap(due, std::move(occurrence)); !decided)
        return std::unexpected(decided.error());
    return due;
}

// Runs that were started without the decision reaching the disk.
Result<bool> Scheduler::take_over_started(Case& due, Instant now) {
    auto started = parts_.schedules.started_since(schedule_key_scope(due.schedule.flow),
                                                  *due.schedule.next_run, limits::schedule_starts);
    if (!started) return std::unexpected(started.error());
    const store::ScheduleSettings& settings = due.schedule.settings;
    std::optional<Instant> next_run = due.schedule.next_run;
    for (const auto& each : *started) {
        Result<std::optional<store::Occurrence>> missed;
        if (next_run) missed = missed_before(settings, *next_run, each.planned_at, now);
        if (missed && *missed) due.step.occurrences.push_back(**missed);
        store::Occurrence occurrence = occurrence_at(each.planned_at, now);
        occurrence.outcome = "started";
        occurrence.run = each.run;
        due.step.occurrences.push_back(std::move(occurrence));
        const auto next = next_run_after(settings, each.planned_at);
        next_run = next ? *next : std::nullopt;
    }
    due.step.next_run = next_run;
    return !started->empty();
}

Result<void> Scheduler::decide_overlap(Case& due, store::Occurrence occurrence) {
    const std::string& mode = due.schedule.settings.overlap_mode;
    const auto open = mode == "parallel" ? Result<std::int64_t>(0)
                                         : parts_.schedules.open_runs(due.schedule.flow);
    if (!open) return std::unexpected(open.error());
    const auto has_queued = parts_.schedules.has_queued(due.schedule.flow);
    if (!has_queued) return std::unexpected(has_queued.error());
    if (mode != "parallel" && *has_queued) {
        occurrence.outcome = "skipped";
        occurrence.detail = "another one is queued already";
    } else if (*open > 0) {
        occurrence.outcome = mode == "queue_one" ? "queued" : "skipped";
        occurrence.detail = "a run of the workflow was still open";
    } else {
        occurrence.outcome = "started";
        due.start = start_of(due.schedule, occurrence.planned_at);
    }
    due.step.occurrences.push_back(std::move(occurrence));
    return {};
}

// All at once, so that they share a commit; returns when every answer is there.
void Scheduler::start_all(std::vector<Case>& cases) {
    std::vector<std::pair<Case*, std::future<Answer<Started>>>> answers;
    for (Case& each : cases) {
        if (!each.start) continue;
        auto answered = std::make_shared<std::promise<Answer<Started>>>();
        answers.emplace_back(&each, answered->get_future());
        parts_.start(*each.start, [answered](Answer<Started> answer) {
            answered->set_value(std::move(answer));
        });
    }
    for (auto& [due, answer] : answers) note_answer(*due, answer.get());
}

void Scheduler::note_answer(Case& due, const Answer<Started>& answer) {
    store::Occurrence& occurrence = due.step.occurrences.back();
    if (answer) {
        occurrence.run = answer->run;
        return;
    }
    const Error& error = answer.error().error;
    due.is_postponed = is_passing(error.code);
    occurrence.outcome = "failed";
    occurrence.detail = error.message;
}

}  // namespace swiftgrid::control
