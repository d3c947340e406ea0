#include "store/history.h"

#include <algorithm>

#include "store/run_id_range.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

// Nothing where the first column is NULL or there is no row.
Result<std::optional<Instant>> read_instant(Query& query) {
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row || query.is_null(0)) return std::nullopt;
    return query.instant(0);
}

// A run goes with its parent; one whose parent is gone has to expire itself.
#define HAS_NO_PARENT                                     \
    " AND (parent_run_id IS NULL OR NOT EXISTS (SELECT 1" \
    "  FROM workflow_runs AS parent NOT INDEXED WHERE parent.id = run.parent_run_id))"

// Of runs that may be older than they look: they were created early enough, but ended later.
Result<std::optional<Instant>> first_end_of_old_ones(Connection& connection, Instant ended_before) {
    Query query(
        connection,
        "SELECT min(created_at + coalesce(completed_after_ms, 0))"
        " FROM workflow_runs AS run NOT INDEXED WHERE id <= ? AND status >= 3"
        " AND pinned = 0 AND created_at + coalesce(completed_after_ms, 0) >= ?" HAS_NO_PARENT);
    const Uuid last = uuid_at(ended_before + id_late, 0xff);
    query.bind(last).bind(ended_before);
    return read_instant(query);
}

// A run ends after it was created.
Result<std::optional<Instant>> first_creation_of_others(Connection& connection,
                                                        Instant ended_before) {
    Query query(connection,
                "SELECT created_at FROM workflow_runs NOT INDEXED WHERE id > ? AND pinned = 0"
                " ORDER BY id LIMIT 1");
    const Uuid last = uuid_at(ended_before + id_late, 0xff);
    query.bind(last);
    return read_instant(query);
}

}  // namespace

Result<std::vector<RunId>> History::expired(Instant ended_before, RunId after, std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT id FROM workflow_runs AS run NOT INDEXED WHERE id > ? AND id <= ?"
                " AND status >= 3 AND pinned = 0"
                " AND created_at + coalesce(completed_after_ms, 0) < ?" HAS_NO_PARENT
                " ORDER BY id LIMIT ?");
    const Uuid last = uuid_at(ended_before + id_late, 0xff);
    query.bind(after).bind(last).bind(ended_before).bind(limit);
    return sqlite::read_ids<RunId>(query);
}

Result<std::optional<Instant>> History::next_end(Instant ended_before) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    const auto old = first_end_of_old_ones(**loan, ended_before);
    if (!old) return std::unexpected(old.error());
    const auto other = first_creation_of_others(**loan, ended_before);
    if (!other) return std::unexpected(other.error());
    if (*old && *other) return std::min(**old, **other);
    return *old ? *old : *other;
}

Result<DeletedRuns> History::remove(const RunsToDelete& wanted, const Deletion& deletion) {
    Result<DeletedRuns> removed;
    auto done = journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        removed = delete_some_of(connection, wanted, deletion, TimeBudget(portion_ms_));
        if (!removed) return std::unexpected(removed.error());
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return removed;
}

// Most of the time there are none, which needs no commit.
Result<bool> History::has_remains(RunId after) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, "SELECT 1 FROM run_remains WHERE run_id > ? LIMIT 1");
    return query.bind(after).next();
}

Result<RemainsPortion> History::remove_remains(RunId after, Instant now) {
    auto is_needed = has_remains(after);
    if (!is_needed) return std::unexpected(is_needed.error());
    if (!*is_needed) return RemainsPortion{};
    Result<RemainsPortion> removed;
    auto done = journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        removed = delete_some_remains(connection, after, now, TimeBudget(portion_ms_));
        if (!removed) return std::unexpected(removed.error());
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return removed;
}

}  // namespace swiftgrid::store
