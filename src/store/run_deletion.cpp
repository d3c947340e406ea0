#include "store/run_deletion.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "store/catalog_rows.h"
#include "store/run_codes.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

struct RunFacts {
    FlowId flow;
    int status = 0;
    bool is_pinned = false;
    std::optional<RunId> parent;
    Instant ended_at;
};

Result<std::optional<RunFacts>> facts_of(Connection& connection, RunId run) {
    Query query(connection,
                "SELECT workflow_id, status, pinned, parent_run_id,"
                " created_at + coalesce(completed_after_ms, 0) FROM workflow_runs WHERE id = ?");
    auto row = query.bind(run).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return RunFacts{query.id<FlowId>(0), static_cast<int>(query.integer(1)), query.integer(2) != 0,
                    query.optional_id<RunId>(3), query.instant(4)};
}

// The parent when it is open.
Result<std::optional<RunId>> open_parent(Connection& connection, const RunFacts& run) {
    if (!run.parent) return std::nullopt;
    auto parent = facts_of(connection, *run.parent);
    if (!parent) return std::unexpected(parent.error());
    if (!*parent || !is_open((*parent)->status)) return std::nullopt;
    return run.parent;
}

Result<std::vector<std::int64_t>> first_records(Connection& connection, RunId run) {
    Query query(connection,
                "SELECT first_seq FROM run_event_batches WHERE run_id = ? ORDER BY first_seq"
                " LIMIT ?");
    query.bind(run).bind(limits::deletion_records);
    return sqlite::read_rows(query, [](const Query& row) { return row.integer(0); });
}

// The first records of a run, and more as long as the budget allows. True when none is left.
Result<bool> delete_records(Connection& connection, RunId run, const TimeBudget& budget) {
    Query remove(connection, "DELETE FROM run_event_batches WHERE run_id = ? AND first_seq = ?");
    for (;;) {
        const auto records = first_records(connection, run);
        if (!records) return std::unexpected(records.error());
        for (const std::int64_t record : *records) {
            if (auto done = remove.bind(run).bind(record).run(); !done)
                return std::unexpected(done.error());
            // A record may have megabytes.
            if (budget.is_spent() && record != records->back()) return false;
        }
        if (records->size() < limits::deletion_records) return true;
        if (budget.is_spent()) return false;
    }
}

Result<bool> has_children(Connection& connection, RunId run) {
    Query query(connection,
                "SELECT 1 FROM workflow_runs INDEXED BY workflow_runs_by_parent"
                " WHERE parent_run_id = ? LIMIT 1");
    return query.bind(run).next();
}

Result<bool> has_open_children(Connection& connection, RunId run) {
    Query query(connection,
                "SELECT 1 FROM workflow_runs INDEXED BY workflow_runs_children_by_status"
                " WHERE status IN (0, 1, 2) AND status <> 3 AND parent_run_id = ? LIMIT 1");
    return query.bind(run).next();
}

Result<void> note_remains(Connection& connection, RunId run, const Deletion& deletion) {
    Query insert(connection, "INSERT INTO run_remains (run_id, action, actor) VALUES (?, ?, ?)");
    return insert.bind(run).bind(deletion.action).bind(deletion.actor.name).run();
}

Result<void> remove_run(Connection& connection, DeletedRun doomed, const Deletion& deletion,
                        const TimeBudget& budget) {
    if (auto done = delete_run_with_flow(connection, doomed, deletion, budget); !done) return done;
    AuditEntry entry;
    entry.run = doomed.run;
    entry.flow = doomed.flow;
    entry.action = deletion.action;
    entry.actor = deletion.actor.name;
    entry.metadata = deletion.actor.metadata;
    entry.created_at = deletion.now;
    return insert_audit(connection, entry);
}

// Deletes the run if it may go. Nothing when it stays.
Result<std::optional<DeletedRun>> remove_if_allowed(Connection& connection, RunId run,
                                                    std::optional<Instant> ended_before,
                                                    const Deletion& deletion,
                                                    const TimeBudget& budget) {
    auto facts = facts_of(connection, run);
    if (!facts) return std::unexpected(facts.error());
    if (!*facts || is_open((*facts)->status) || (*facts)->is_pinned) return std::nullopt;
    if (ended_before && (*facts)->ended_at >= *ended_before) return std::nullopt;
    auto parent = open_parent(connection, **facts);
    if (!parent) return std::unexpected(parent.error());
    if (*parent) return std::nullopt;
    const DeletedRun doomed{run, (*facts)->flow};
    if (auto done = remove_run(connection, doomed, deletion, budget); !done)
        return std::unexpected(done.error());
    return doomed;
}

struct Remains {
    RunId run;
    Deletion children;  // how what it has started is deleted
};

Result<std::optional<Remains>> first_remains(Connection& connection, RunId after, Instant now) {
    Query query(connection,
                "SELECT run_id, action, actor FROM run_remains WHERE run_id > ? ORDER BY run_id"
                " LIMIT 1");
    auto row = query.bind(after).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    Remains remains;
    remains.run = query.id<RunId>(0);
    remains.children.action = query.text(1);
    remains.children.actor.name = query.text(2);
    remains.children.actor.metadata =
        fmt::format(R"({{"reason":"parent_deleted","parentRunId":"{}"}})", to_string(remains.run));
    remains.children.now = now;
    return remains;
}

Result<std::vector<RunId>> children_to_delete(Connection& connection, RunId parent) {
    Query query(connection,
                "SELECT id FROM workflow_runs INDEXED BY workflow_runs_by_parent"
                " WHERE parent_run_id = ? AND status >= 3 AND pinned = 0 ORDER BY id LIMIT ?");
    query.bind(parent).bind(limits::deletion_runs);
    return sqlite::read_ids<RunId>(query);
}

Result<void> forget_remains(Connection& connection, RunId run) {
    Query remove(connection, "DELETE FROM run_remains WHERE run_id = ?");
    return remove.bind(run).run();
}

}  // namespace

Result<void> delete_run_with_flow(Connection& connection, DeletedRun doomed,
                                  const Deletion& deletion, const TimeBudget& budget) {
    auto all_gone = delete_records(connection, doomed.run, budget);
    if (!all_gone) return std::unexpected(all_gone.error());
    auto is_parent = has_children(connection, doomed.run);
    if (!is_parent) return std::unexpected(is_parent.error());
    if (!*all_gone || *is_parent) {
        if (auto noted = note_remains(connection, doomed.run, deletion); !noted) return noted;
    }
    return delete_run_row(connection, doomed.run, doomed.flow);
}

Result<void> delete_run_of(Connection& connection, RunId run, const Deletion& deletion,
                           const TimeBudget& budget) {
    auto facts = facts_of(connection, run);
    if (!facts) return std::unexpected(facts.error());
    if (!*facts) return fail(ErrorCode::not_found, "run " + to_string(run) + " does not exist");
    if (is_open((*facts)->status))
        return fail(ErrorCode::conflict, "run " + to_string(run) + " is " +
                                             status_text((*facts)->status) +
                                             "; cancel it before deleting it");
    auto parent = open_parent(connection, **facts);
    if (!parent) return std::unexpected(parent.error());
    if (*parent)
        return fail(ErrorCode::conflict,
                    "run " + to_string(run) + " was started by run " + to_string(**parent) +
                        ", which is still open; delete it when that has ended");
    return remove_run(connection, {run, (*facts)->flow}, deletion, budget);
}

Result<DeletedRuns> delete_some_of(Connection& connection, const RunsToDelete& wanted,
                                   const Deletion& deletion, const TimeBudget& budget) {
    DeletedRuns result;
    for (const RunId run : wanted.runs) {
        auto deleted = remove_if_allowed(connection, run, wanted.ended_before, deletion, budget);
        if (!deleted) return std::unexpected(deleted.error());
        if (*deleted) result.deleted.push_back(**deleted);
        ++result.looked_at;
        if (budget.is_spent()) break;
    }
    return result;
}

Result<RemainsPortion> delete_some_remains(Connection& connection, RunId after, Instant now,
                                           const TimeBudget& budget) {
    auto remains = first_remains(connection, after, now);
    if (!remains) return std::unexpected(remains.error());
    RemainsPortion portion;
    if (!*remains) return portion;
    portion.run = (*remains)->run;
    auto all_gone = delete_records(connection, *portion.run, budget);
    if (!all_gone) return std::unexpected(all_gone.error());
    if (!*all_gone) return portion;
    // Also when the time is over: a disk on which looking takes that long must not keep us here.
    auto children = children_to_delete(connection, *portion.run);
    if (!children) return std::unexpected(children.error());
    if (!children->empty()) {
        auto some = delete_some_of(connection, {*children}, (*remains)->children, budget);
        if (!some) return std::unexpected(some.error());
        portion.deleted = std::move(some->deleted);
        return portion;
    }
    auto waits = has_open_children(connection, *portion.run);
    if (!waits) return std::unexpected(waits.error());
    portion.is_blocked = *waits;
    if (*waits) return portion;
    if (auto done = forget_remains(connection, *portion.run); !done)
        return std::unexpected(done.error());
    return portion;
}

}  // namespace swiftgrid::store
