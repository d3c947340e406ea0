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

}  // namespace

void NotificationCauses::want(WantedCauses wanted) {
    wanted_ = (wanted.completed ? wants_completed : 0) | (wanted.failed ? wants_failed : 0) |
              (wanted.cancelled ? wants_cancelled : 0) | (wanted.unstarted ? wants_unstarted : 0);
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
    if (wanted == 0) return {};
    for (const RunRow& row : rows) {
        if (row.parent || (bit_of_end(row.status) & wanted) == 0) continue;
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
