#include "store/catalog_rows.h"

#include <fmt/format.h>

#include "store/run_codes.h"

namespace swiftgrid::store {

using sqlite::Connection;
using sqlite::Query;

Error unknown_flow(FlowId flow) {
    return {ErrorCode::not_found, "flow " + to_string(flow) + " does not exist"};
}

Result<void> require_flow(Connection& connection, FlowId flow) {
    Query query(connection, "SELECT 1 FROM workflows WHERE id = ?");
    auto row = query.bind(flow).next();
    if (!row) return std::unexpected(row.error());
    return *row ? Result<void>() : std::unexpected(unknown_flow(flow));
}

Result<Flow> read_flow(Connection& connection, FlowId id) {
    Query query(
        connection,
        "SELECT name, description, graph, graph_id, input_schema, output_schema, timeout_ms,"
        " notifications, revision, active_version_number, latest_version_number, draft_dirty,"
        " run_count, created_at, updated_at FROM flow_overview WHERE id = ?");
    auto row = query.bind(id).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::unexpected(unknown_flow(id));
    Flow flow;
    flow.id = id;
    flow.draft.name = query.text(0);
    flow.draft.description = query.text(1);
    flow.draft.graph = query.text(2);
    flow.draft.graph_id = query.graph_id(3);
    flow.draft.input_schema = query.optional_text(4);
    flow.draft.output_schema = query.optional_text(5);
    flow.draft.timeout_ms = query.optional_integer(6);
    flow.draft.notifications = query.optional_text(7);
    flow.revision = query.integer(8);
    flow.active_version = query.optional_integer(9);
    flow.latest_version = query.optional_integer(10);
    flow.draft_dirty = query.integer(11) != 0;
    flow.run_count = query.integer(12);
    flow.created_at = query.instant(13);
    flow.updated_at = query.instant(14);
    auto open = count_open_runs(connection, id);
    if (!open) return std::unexpected(open.error());
    flow.open_run_count = open->total();
    return flow;
}

Result<void> require_revision(Connection& connection, FlowId flow, std::int64_t revision) {
    Query query(connection, "SELECT revision FROM workflows WHERE id = ?");
    auto row = query.bind(flow).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::unexpected(unknown_flow(flow));
    if (query.integer(0) == revision) return {};
    return fail(
        ErrorCode::precondition_failed,
        fmt::format("the flow was saved meanwhile: it is at revision {}, not {}; load it again "
                    "and repeat the change",
                    query.integer(0), revision));
}

Result<void> update_draft(Connection& connection, FlowId flow, const FlowDraft& draft,
                          Instant now) {
    Query update(connection,
                 "UPDATE workflows SET name = ?, description = ?, graph = ?, graph_id = ?,"
                 " input_schema = ?, output_schema = ?, timeout_ms = ?, notifications = ?,"
                 " revision = revision + 1, updated_at = ? WHERE id = ?");
    update.bind(draft.name).bind(draft.description).bind(draft.graph).bind(draft.graph_id);
    update.bind(draft.input_schema).bind(draft.output_schema).bind(draft.timeout_ms);
    return update.bind(draft.notifications).bind(now).bind(flow).run();
}

Result<OpenRunCounts> count_open_runs(Connection& connection, std::optional<FlowId> flow) {
    // The repeated condition is the one of the partial indexes, which hold few runs.
    Query of_all(connection,
                 "SELECT status, count(*) FROM workflow_runs INDEXED BY workflow_runs_by_status"
                 " WHERE status < 3 AND status <> 3 GROUP BY status");
    Query of_flow(
        connection,
        "SELECT status, count(*) FROM workflow_runs INDEXED BY workflow_runs_by_workflow_status"
        " WHERE workflow_id = ? AND status < 3 AND status <> 3 GROUP BY status");
    if (flow) of_flow.bind(*flow);
    Query& query = flow ? of_flow : of_all;
    OpenRunCounts counts;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return counts;
        const std::int64_t count = query.integer(1);
        switch (query.integer(0)) {
            case 0: counts.pending = count; break;
            case 1: counts.running = count; break;
            default: counts.suspended = count;
        }
    }
}

Result<void> delete_run_row(Connection& connection, RunId run, FlowId flow) {
    Query maps(connection, "DELETE FROM map_iterations WHERE run_id = ?");
    if (auto done = maps.bind(run).run(); !done) return done;
    Query tokens(connection, "DELETE FROM resume_tokens WHERE run_id = ?");
    if (auto done = tokens.bind(run).run(); !done) return done;
    Query row(connection, "DELETE FROM workflow_runs WHERE id = ?");
    if (auto done = row.bind(run).run(); !done) return done;
    Query count(
        connection,
        "UPDATE workflow_run_counts SET run_count = max(run_count - 1, 0) WHERE workflow_id = ?");
    return count.bind(flow).run();
}

Result<void> insert_audit(Connection& connection, const AuditEntry& entry) {
    Query insert(
        connection,
        "INSERT INTO run_audit_log (run_id, workflow_id, action, actor, metadata, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(entry.run).bind(entry.flow).bind(entry.action).bind(entry.actor);
    return insert.bind(entry.metadata).bind(entry.created_at).run();
}

}  // namespace swiftgrid::store
