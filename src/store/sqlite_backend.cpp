#include "store/sqlite_backend.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "store/batch_rows.h"
#include "store/checksum.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

// A change that fails is undone alone, unless the disk is full: that is everybody's matter.
Result<void> apply_change(Connection& connection, Change& change) {
    Query mark(connection, "SAVEPOINT change");
    if (auto marked = mark.run(); !marked) return marked;
    change.outcome = change.apply(connection);
    if (!change.outcome) {
        const bool is_full = change.outcome.error().code == ErrorCode::storage_full;
        if (is_full || !connection.in_transaction()) return change.outcome;
        Query undo(connection, "ROLLBACK TO change");
        if (auto undone = undo.run(); !undone) return undone;
    }
    Query release(connection, "RELEASE change");
    return release.run();
}

Result<std::vector<RunId>> read_sorted_ids(Query& query) {
    auto runs = sqlite::read_ids<RunId>(query);
    if (runs) std::ranges::sort(*runs);
    return runs;
}

}  // namespace

Result<void> SqliteBackend::commit_all(const Batch& batch, std::span<Change> changes) {
    {
        const std::lock_guard gate(database_.commit_gate());
        auto written = write_all(batch, changes);
        if (!written) {
            Connection& connection = database_.writer();
            if (connection.in_transaction()) {
                // The first error is the one to tell; a failed rollback ends with the process.
                const auto undone = connection.execute("ROLLBACK");
                static_cast<void>(undone);
            }
            return written;
        }
    }
    database_.note_commit();
    database_.causes().committed();
    return {};
}

Result<void> SqliteBackend::write_all(const Batch& batch, std::span<Change> changes) {
    Connection& connection = database_.writer();
    Query begin(connection, "BEGIN IMMEDIATE");
    auto done = begin.run();
    if (done) done = write_graphs(connection, batch.graphs);
    if (done) done = write_events(connection, batch.events);
    if (done) done = write_runs(connection, batch.runs);
    if (done) done = database_.causes().note_ends(connection, batch.runs);
    if (done) done = count_new_runs(connection, batch);
    if (done) done = write_keys(connection, batch.keys);
    if (done) done = write_maps(connection, batch.maps);
    if (done) done = write_tokens(connection, batch.tokens);
    for (Change& change : changes) {
        if (done) done = apply_change(connection, change);
    }
    if (!done) return done;
    Query commit(connection, "COMMIT");
    return commit.run();
}

Result<std::vector<EventRecord>> SqliteBackend::read_run(RunId run, std::uint64_t after_seq,
                                                         std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return read_records(**loan, run, after_seq, limit);
}

Result<std::optional<EventRecord>> SqliteBackend::read_last_record(RunId run) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return store::read_last_record(**loan, run);
}

Result<std::vector<RunId>> SqliteBackend::scan_open_runs() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, "SELECT id FROM workflow_runs WHERE status < 3 AND status <> 3");
    return read_sorted_ids(query);
}

Result<std::vector<RunId>> SqliteBackend::scan_owing_runs() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT id FROM workflow_runs INDEXED BY workflow_runs_owing"
                " WHERE owes = 1 AND status < 3");
    return read_sorted_ids(query);
}

Result<std::vector<RunId>> SqliteBackend::scan_orphans() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    // The conditions that say nothing new are those of the index.
    Query query(
        **loan,
        "SELECT id FROM workflow_runs AS child INDEXED BY workflow_runs_children_by_status"
        " WHERE status < 3 AND status <> 3 AND parent_run_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM workflow_runs AS parent NOT INDEXED"
        "  WHERE parent.id = child.parent_run_id AND parent.status < 3 AND parent.owes = 1)");
    return read_sorted_ids(query);
}

Result<std::vector<RunId>> SqliteBackend::scan_open_children(RunId parent) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT id FROM workflow_runs INDEXED BY workflow_runs_children_by_status"
                " WHERE status IN (0, 1, 2) AND status <> 3 AND parent_run_id = ?");
    query.bind(parent);
    return read_sorted_ids(query);
}

Result<std::vector<Wakeup>> SqliteBackend::read_wakeups(const std::optional<Wakeup>& after,
                                                        std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT wake_at, id FROM workflow_runs INDEXED BY workflow_runs_by_wake_at"
                " WHERE wake_at IS NOT NULL AND status < 3 AND (wake_at, id) > (?, ?)"
                " ORDER BY wake_at, id LIMIT ?");
    constexpr Wakeup first{{std::numeric_limits<std::int64_t>::min()}, {}};
    const Wakeup from = after.value_or(first);
    query.bind(from.wake_at).bind(from.run).bind(limit);
    std::vector<Wakeup> wakeups;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return wakeups;
        wakeups.push_back({query.instant(0), query.id<RunId>(1)});
    }
}

Result<std::optional<ResumeToken>> SqliteBackend::find_resume_token(const TokenHash& hash) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, "SELECT run_id, node_id FROM resume_tokens WHERE token_hash = ?");
    auto row = query.bind_blob(hash.data(), hash.size()).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return ResumeToken{hash, query.id<RunId>(0), query.text(1)};
}

Result<std::string> SqliteBackend::read_graph(GraphId graph) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, "SELECT graph FROM workflow_graphs WHERE id = ?");
    auto row = query.bind(graph).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return fail(ErrorCode::not_found, "graph " + to_string(graph) + " is not stored");
    return query.text(0);
}

}  // namespace swiftgrid::store
