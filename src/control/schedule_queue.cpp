#include "control/schedule_queue.h"

#include <algorithm>
#include <future>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "base/limits.h"
#include "engine/status.h"

namespace swiftgrid::control {

// Remembers the flows of which a run has ended. Called on the shards' threads.
class ScheduleQueue::Ends : public runtime::RunsWatcher {
public:
    explicit Ends(std::function<void()> wake) : wake_(std::move(wake)) {}

    void on_run(const store::RunRow& row) override {
        const auto status = engine::parse_run_status(row.status);
        if (!row.parent && status && engine::is_final(*status)) note(row.flow);
    }
    void on_run_deleted(RunId, FlowId flow) override { note(flow); }

    void note(FlowId flow) {
        {
            const std::lock_guard lock(mutex_);
            // Most ends are of flows for which nobody waits.
            if (!waited_for_.contains(flow)) return;
            ended_.insert(flow);
        }
        wake_();
    }

    void wait_for(FlowId flow) {
        const std::lock_guard lock(mutex_);
        waited_for_.insert(flow);
        ended_.insert(flow);  // it may have ended before
    }
    void forget(FlowId flow) {
        const std::lock_guard lock(mutex_);
        waited_for_.erase(flow);
    }
    std::unordered_set<FlowId> take_ended() {
        const std::lock_guard lock(mutex_);
        return std::exchange(ended_, {});
    }

private:
    std::function<void()> wake_;
    std::mutex mutex_;
    std::unordered_set<FlowId> waited_for_;
    std::unordered_set<FlowId> ended_;
};

void ScheduleQueue::listen(bool wanted) {
    if (wanted && !ends_) {
        ends_ = std::make_shared<Ends>(parts_.wake);
        parts_.hub.watch_runs(ends_);
    } else if (!wanted && ends_) {
        parts_.hub.unwatch_runs(ends_.get());
        ends_.reset();
    }
}

Result<void> ScheduleQueue::recover() {
    std::optional<store::QueuedOccurrence> last;
    for (;;) {
        auto queued = parts_.schedules.queued(last, limits::schedules_per_read);
        if (!queued) return std::unexpected(queued.error());
        for (const store::QueuedOccurrence& each : *queued) add(each);
        if (queued->size() < limits::schedules_per_read) return {};
        last = queued->back();
    }
}

void ScheduleQueue::add(const store::QueuedOccurrence& queued) {
    listen(true);
    waiting_.insert_or_assign(queued.flow, queued);
    ends_->wait_for(queued.flow);
}

Result<void> ScheduleQueue::start_ready() {
    if (!ends_) return {};
    for (const FlowId flow : ends_->take_ended()) {
        const auto found = waiting_.find(flow);
        if (found == waiting_.end()) continue;
        const auto is_done = start_if_alone(found->second);
        if (!is_done) {
            // Of the others nobody knows any more, either.
            for (const auto& [each, queued] : waiting_) ends_->wait_for(each);
            return std::unexpected(is_done.error());
        }
        if (!*is_done) continue;
        waiting_.erase(found);
        ends_->forget(flow);
    }
    listen(!waiting_.empty());
    return {};
}

// True when it waits no more.
Result<bool> ScheduleQueue::start_if_alone(const store::QueuedOccurrence& queued) {
    // It may have been started without that being noted; then it is what is open.
    auto occurrence = find_started(queued);
    if (!occurrence) return std::unexpected(occurrence.error());
    if (!*occurrence) {
        const auto open = parts_.schedules.open_runs(queued.flow);
        if (!open) return std::unexpected(open.error());
        if (*open > 0) return false;
        occurrence = start(queued);
        if (!occurrence) return std::unexpected(occurrence.error());
        if (!*occurrence) return true;
    }
    (*occurrence)->planned_at = queued.planned_at;
    (*occurrence)->decided_at = parts_.clock.now();
    auto settled = parts_.schedules.settle_queued(queued.flow, **occurrence);
    if (settled && parts_.metrics)
        parts_.metrics->schedule_occurrences.add({(*occurrence)->outcome});
    return settled ? Result<bool>(true) : std::unexpected(settled.error());
}

Result<std::optional<store::Occurrence>> ScheduleQueue::find_started(
    const store::QueuedOccurrence& queued) {
    const auto started =
        parts_.schedules.started_since(schedule_key_scope(queued.flow), queued.planned_at, 1);
    if (!started) return std::unexpected(started.error());
    if (started->empty() || started->front().planned_at != queued.planned_at) return std::nullopt;
    store::Occurrence occurrence;
    occurrence.outcome = "started";
    occurrence.run = started->front().run;
    return occurrence;
}

// Nothing when the flow is gone, and its history with it.
Result<std::optional<store::Occurrence>> ScheduleQueue::start(
    const store::QueuedOccurrence& queued) {
    auto schedule = parts_.schedules.get(queued.flow);
    if (!schedule && schedule.error().code == ErrorCode::not_found) return std::nullopt;
    if (!schedule) return std::unexpected(schedule.error());
    store::Occurrence occurrence;
    if (!*schedule || !(*schedule)->settings.enabled) {
        occurrence.outcome = "skipped";
        occurrence.detail = "the schedule was switched off while it was queued";
        return occurrence;
    }
    auto answered = std::make_shared<std::promise<Answer<Started>>>();
    auto answer = answered->get_future();
    parts_.start(start_of(**schedule, queued.planned_at),
                 [answered](Answer<Started> started) { answered->set_value(std::move(started)); });
    const Answer<Started> started = answer.get();
    if (!started && is_passing(started.error().error.code))
        return std::unexpected(started.error().error);
    occurrence.outcome = started ? "started" : "failed";
    if (started)
        occurrence.run = started->run;
    else
        occurrence.detail = started.error().error.message;
    return occurrence;
}

}  // namespace swiftgrid::control
