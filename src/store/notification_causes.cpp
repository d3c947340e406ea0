#include "store/notification_causes.h"

#include <string_view>
#include <utility>

#include "store/schedules.h"

namespace swiftgrid::store {
namespace {

constexpr unsigned wants_completed = 1;
constexpr unsigned wants_failed = 2;
constexpr unsigned wants_cancelled = 4;
constexpr unsigned wants_unstarted = 8;

unsigned bit_of_end(std::string_view status) {
    if (status == "completed") return wants_completed;
    if (status == "failed") return wants_failed;
    return status == "cancelled" ? wants_cancelled : 0;
}

unsigned bits_of(const WantedCauses& wanted) {
    return (wanted.completed ? wants_completed : 0) | (wanted.failed ? wants_failed : 0) |
           (wanted.cancelled ? wants_cancelled : 0) | (wanted.unstarted ? wants_unstarted : 0);
}

}  // namespace

void NotificationCauses::want(WantedCauses wanted) { wanted_ = bits_of(wanted); }

void NotificationCauses::want_of(FlowId flow, WantedCauses wanted) {
    const std::lock_guard lock(mutex_);
    if (const unsigned bits = bits_of(wanted); bits != 0)
        wanted_of_flows_[flow] = bits;
    else
        wanted_of_flows_.erase(flow);
    flow_count_ = wanted_of_flows_.size();
}

unsigned NotificationCauses::wanted_of(FlowId flow) const {
    const std::lock_guard lock(mutex_);
    const auto found = wanted_of_flows_.find(flow);
    return found == wanted_of_flows_.end() ? 0 : found->second;
}

WantedCauses NotificationCauses::wanted() const {
    const unsigned bits = wanted_;
    return {(bits & wants_completed) != 0, (bits & wants_failed) != 0,
            (bits & wants_cancelled) != 0, (bits & wants_unstarted) != 0};
}

// What a run has started is its own affair: it fails itself when that matters.
Result<void> NotificationCauses::note_ends(sqlite::Connection& connection,
                                           std::span<const RunRow> rows) {
    const unsigned wanted = wanted_.load(std::memory_order_relaxed);
    const bool by_flow = flow_count_.load(std::memory_order_relaxed) > 0;
    if (wanted == 0 && !by_flow) return {};
    for (const RunRow& row : rows) {
        const unsigned end = bit_of_end(row.status);
        if (row.parent || end == 0) continue;
        const bool is_wanted = (end & wanted) != 0 || (by_flow && (end & wanted_of(row.flow)) != 0);
        if (!is_wanted) continue;
        sqlite::Query insert(connection, "INSERT INTO notification_causes (run_id) VALUES (?)");
        if (auto done = insert.bind(row.id).run(); !done) return done;
        has_noted_ = true;
    }
    return {};
}

Result<void> NotificationCauses::note_occurrence(sqlite::Connection& connection, FlowId flow,
                                                 const Occurrence& occurrence) {
    if ((wanted_ & wants_unstarted) == 0) return {};
    if (occurrence.outcome == "started" || occurrence.outcome == "queued") return {};
    sqlite::Query insert(connection,
                         "INSERT INTO notification_causes (workflow_id, planned_at,"
                         " occurrence_count, detail, decided_at) VALUES (?, ?, ?, ?, ?)");
    insert.bind(flow).bind(occurrence.planned_at).bind(occurrence.count);
    insert.bind(occurrence.detail).bind(occurrence.decided_at);
    if (auto done = insert.run(); !done) return done;
    has_noted_ = true;
    return {};
}

void NotificationCauses::committed() {
    if (std::exchange(has_noted_, false) && on_noted_) on_noted_();
}

}  // namespace swiftgrid::store
