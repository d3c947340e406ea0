#include "store/sqlite_backend.h"

#include <algorithm>

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
    return {};
}

Result<void> SqliteBackend::write_all(const Batch& batch, std::span<Change> changes) {
    Connection& connection = database_.writer();
    Query begin(connection, "BEGIN IMMEDIATE");
    auto done = begin.run();
    if (done) done = write_graphs(connection, batch.graphs);
    if (done) done = write_events(connection, batch.events);
    if (done) done = write_runs(connection, batch.runs);
    if (done) done = count_new_runs(connection, batch);
    if (done) done = write_keys(connection, batch.keys);
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

Result<std::vector<RunId>> SqliteBackend::scan_open_runs() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    std::vector<RunId> runs;
    Query query(
        **loan,
        "SELECT id FROM workflow_runs WHERE status < 3 AND status <> 3 ORDER BY status, id");
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        runs.push_back(query.id<RunId>(0));
    }
    std::ranges::sort(runs);
    return runs;
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
