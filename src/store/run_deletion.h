#pragma once

// Deleting runs, on the connection and in the transaction it is given. What anybody can see of a
// run goes at once, with its row of the audit log. The rest of a long run, and the runs that it has
// started, are its remains: they go afterwards, in portions, so that no commit takes long.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/catalog_types.h"
#include "store/sqlite.h"
#include "store/time_budget.h"

namespace swiftgrid::store {

// What the audit log says of it.
struct Deletion {
    std::string action = "DELETED";
    Actor actor = {};
    Instant now = {};
};

struct DeletedRun {
    RunId run;
    FlowId flow;

    bool operator==(const DeletedRun&) const = default;
};

// `conflict` while it is open, or while its parent is: that may have to ask for its end again.
Result<void> delete_run_of(sqlite::Connection& connection, RunId run, const Deletion& deletion,
                           const TimeBudget& budget);

// A run whose flow is deleted, whatever its state; the audit log has the flow. At least some of it
// goes, however little time there is.
Result<void> delete_run_with_flow(sqlite::Connection& connection, DeletedRun doomed,
                                  const Deletion& deletion, const TimeBudget& budget);

// Those of the runs that may go: finished, not pinned, without an open parent, and ended before
// `ended_before` if given. As many as the budget allows, in order.
struct DeletedRuns {
    std::size_t looked_at = 0;
    std::vector<DeletedRun> deleted = {};
};
struct RunsToDelete {
    std::span<const RunId> runs;
    std::optional<Instant> ended_before = {};
};
Result<DeletedRuns> delete_some_of(sqlite::Connection& connection, const RunsToDelete& wanted,
                                   const Deletion& deletion, const TimeBudget& budget);

// Works off the first remains behind `after`.
struct RemainsPortion {
    // Whose remains they were; nothing when there are none.
    std::optional<RunId> run = {};
    // What is left has to wait until runs end.
    bool is_blocked = false;
    std::vector<DeletedRun> deleted = {};
};
Result<RemainsPortion> delete_some_remains(sqlite::Connection& connection, RunId after, Instant now,
                                           const TimeBudget& budget);

}  // namespace swiftgrid::store
