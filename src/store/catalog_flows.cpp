// Catalog: flows and their drafts.

#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"
#include "store/catalog.h"
#include "store/catalog_rows.h"
#include "store/cursor.h"
#include "store/like.h"
#include "store/run_codes.h"
#include "store/run_deletion.h"
#include "store/webhooks.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

constexpr std::size_t recent_runs_max = 28;

Result<std::vector<RecentRun>> recent_runs(Connection& connection, FlowId flow) {
    Query query(connection,
                "SELECT id, status, created_at, started_after_ms, completed_after_ms"
                " FROM workflow_runs INDEXED BY workflow_runs_by_workflow"
                " WHERE workflow_id = ? ORDER BY id DESC LIMIT ?");
    query.bind(flow).bind(recent_runs_max);
    std::vector<RecentRun> runs;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return runs;
        RecentRun run{query.id<RunId>(0), status_text(static_cast<int>(query.integer(1))),
                      query.instant(2), std::nullopt};
        if (!query.is_null(3) && !query.is_null(4))
            run.duration_ms = query.integer(4) - query.integer(3);
        runs.push_back(std::move(run));
    }
}

Result<std::vector<FlowSummary>> read_summaries(Connection& connection, const FlowQuery& query,
                                                const std::optional<Uuid>& before) {
    Query rows(
        connection,
        "SELECT id, name, description, active_version_number, draft_dirty, run_count, created_at,"
        " updated_at, schedule_enabled, schedule_next_run, webhook_enabled FROM flow_overview"
        " WHERE id < ?1 AND (?2 = '' OR name LIKE ?3 ESCAPE '\\' OR description LIKE ?3 ESCAPE "
        "'\\')"
        " ORDER BY id DESC LIMIT ?4");
    const std::string pattern = like_pattern(query.search);
    const Uuid last = before.value_or(largest_uuid);
    rows.bind(last).bind(query.search).bind(pattern).bind(query.limit + 1);
    std::vector<FlowSummary> flows;
    for (;;) {
        auto row = rows.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return flows;
        FlowSummary flow;
        flow.id = rows.id<FlowId>(0);
        flow.name = rows.text(1);
        flow.description = rows.text(2);
        flow.active_version = rows.optional_integer(3);
        flow.draft_dirty = rows.integer(4) != 0;
        flow.run_count = rows.integer(5);
        flow.created_at = rows.instant(6);
        flow.updated_at = rows.instant(7);
        flow.schedule_enabled = rows.integer(8) != 0;
        flow.schedule_next_run = rows.optional_instant(9);
        flow.webhook_enabled = rows.integer(10) != 0;
        flows.push_back(std::move(flow));
    }
}

Result<void> insert_flow(Connection& connection, FlowId flow, const FlowDraft& draft, Instant now) {
    Query insert(connection,
                 "INSERT INTO workflows (id, name, description, graph, graph_id, input_schema,"
                 " output_schema, timeout_ms, notifications, revision, created_at, updated_at)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)");
    insert.bind(flow)
        .bind(draft.name)
        .bind(draft.description)
        .bind(draft.graph)
        .bind(draft.graph_id);
    insert.bind(draft.input_schema).bind(draft.output_schema).bind(draft.timeout_ms);
    return insert.bind(draft.notifications).bind(now).bind(now).run();
}

// Of a flow that was just made.
Result<void> set_idle_schedule(Connection& connection, FlowId flow,
                               const ScheduleSettings& settings) {
    Query update(connection,
                 "UPDATE workflows SET schedule_cron = ?, schedule_timezone = ?,"
                 " schedule_input_data = ?, schedule_overlap_mode = ?, schedule_missed = ?"
                 " WHERE id = ?");
    update.bind(settings.cron).bind(settings.timezone).bind(settings.input_data);
    return update.bind(settings.overlap_mode).bind(settings.missed).bind(flow).run();
}

Result<void> insert_new_flow(Connection& connection, const NewFlow& flow, Instant now) {
    if (auto inserted = insert_flow(connection, flow.id, flow.draft, now); !inserted)
        return inserted;
    return flow.schedule ? set_idle_schedule(connection, flow.id, *flow.schedule) : Result<void>();
}

// Some runs of the flow behind `after`. A run whose parent may still
// ask for its end is left, unless the parent goes with it.
Result<std::vector<RunId>> some_runs_to_delete(Connection& connection, FlowId flow, RunId after) {
    Query query(connection,
                "SELECT id FROM workflow_runs AS run INDEXED BY workflow_runs_by_workflow"
                " WHERE workflow_id = ? AND id > ?"
                " AND NOT EXISTS (SELECT 1 FROM workflow_runs AS parent NOT INDEXED"
                "  WHERE parent.id = run.parent_run_id AND parent.status < 3"
                "  AND parent.workflow_id <> run.workflow_id) ORDER BY id LIMIT ?");
    query.bind(flow).bind(after).bind(limits::deletion_runs);
    return sqlite::read_ids<RunId>(query);
}

// As many as a commit has time for. The last run that was deleted; nothing when none is left.
Result<std::optional<RunId>> delete_some_runs(Connection& connection, FlowId flow, RunId after,
                                              const Deletion& deletion) {
    const TimeBudget budget(limits::deletion_portion_ms);
    auto runs = some_runs_to_delete(connection, flow, after);
    // A start that was under way may have brought an older id.
    if (runs && runs->empty()) runs = some_runs_to_delete(connection, flow, RunId{});
    if (!runs) return std::unexpected(runs.error());
    std::optional<RunId> last;
    for (const RunId run : *runs) {
        if (auto done = delete_run_with_flow(connection, {run, flow}, deletion, budget); !done)
            return std::unexpected(done.error());
        last = run;
        if (budget.is_spent()) break;
    }
    return last;
}

Result<void> delete_flow_rows(Connection& connection, FlowId flow, const Actor& actor,
                              Instant now) {
    // The versions go with it: their foreign key cascades.
    Query remove(connection, "DELETE FROM workflows WHERE id = ?");
    if (auto done = remove.bind(flow).run(); !done) return done;
    Query forget(connection, "DELETE FROM workflow_run_counts WHERE workflow_id = ?");
    if (auto done = forget.bind(flow).run(); !done) return done;
    Query unseal(connection, "DELETE FROM secrets WHERE name = ?");
    const std::string secret = webhook_secret_name(flow);
    if (auto done = unseal.bind(secret).run(); !done) return done;
    // Of its own entries; what channels were told of it stays in their logs.
    Query unsend(connection,
                 "DELETE FROM notification_deliveries"
                 " INDEXED BY notification_deliveries_of_flow"
                 " WHERE workflow_id = ? AND target IS NOT NULL");
    if (auto done = unsend.bind(flow).run(); !done) return done;
    AuditEntry entry;
    entry.flow = flow;
    entry.action = "FLOW_DELETED";
    entry.actor = actor.name;
    entry.metadata = actor.metadata;
    entry.created_at = now;
    return insert_audit(connection, entry);
}

Result<void> refuse_open_runs(Connection& connection, FlowId flow) {
    auto counts = count_open_runs(connection, flow);
    if (!counts) return std::unexpected(counts.error());
    if (counts->total() == 0) return {};
    return fail(
        ErrorCode::conflict,
        fmt::format("{} runs of the flow are open; cancel them first, or delete with force=true",
                    counts->total()));
}

}  // namespace

Result<Page<FlowSummary>> Catalog::list_flows(const FlowQuery& query) {
    SG_ASSERT(query.limit > 0, "a page has room for an item");
    const auto before = parse_id_cursor(query.cursor);
    if (!before) return std::unexpected(before.error());
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    auto flows = read_summaries(**loan, query, *before);
    if (!flows) return std::unexpected(flows.error());
    Page<FlowSummary> page{std::move(*flows), std::nullopt};
    if (page.items.size() > query.limit) {
        page.items.pop_back();
        page.next_cursor = cursor_of(page.items.back().id.uuid);
    }
    for (FlowSummary& flow : page.items) {
        auto runs = recent_runs(**loan, flow.id);
        if (!runs) return std::unexpected(runs.error());
        flow.recent_runs = std::move(*runs);
    }
    return page;
}

Result<Flow> Catalog::get_flow(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return read_flow(**loan, flow);
}

Result<std::optional<FlowId>> Catalog::find_flow_by_name(const std::string& name) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, "SELECT id FROM workflows WHERE name = ? ORDER BY id LIMIT 1");
    auto row = query.bind(name).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return query.id<FlowId>(0);
}

Result<Flow> Catalog::create_flow(FlowId flow, const FlowDraft& draft, Instant now) {
    Result<Flow> created;
    auto done = change([&](Connection& connection) -> Result<void> {
        if (auto inserted = insert_flow(connection, flow, draft, now); !inserted) return inserted;
        created = read_flow(connection, flow);
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return created;
}

Result<std::vector<Flow>> Catalog::create_flows(std::span<const NewFlow> flows, Instant now) {
    std::vector<Flow> created;
    auto done = change([&](Connection& connection) -> Result<void> {
        created.clear();
        for (const NewFlow& flow : flows) {
            if (auto inserted = insert_new_flow(connection, flow, now); !inserted) return inserted;
            auto made = read_flow(connection, flow.id);
            if (!made) return std::unexpected(made.error());
            created.push_back(std::move(*made));
        }
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return created;
}

Result<Flow> Catalog::update_flow(FlowId flow, std::int64_t revision, const FlowDraft& draft,
                                  Instant now) {
    Result<Flow> updated;
    auto done = change([&](Connection& connection) -> Result<void> {
        if (auto current = require_revision(connection, flow, revision); !current) return current;
        if (auto written = update_draft(connection, flow, draft, now); !written) return written;
        updated = read_flow(connection, flow);
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return updated;
}

Result<void> Catalog::delete_flow(FlowId flow, bool force, const Actor& actor, Instant now) {
    std::optional<RunId> after = RunId{};
    while (after) {
        std::optional<RunId> last;
        auto done = change([&](Connection& connection) -> Result<void> {
            auto known = read_flow(connection, flow);
            if (!known) return std::unexpected(known.error());
            if (!force) {
                if (auto closed = refuse_open_runs(connection, flow); !closed) return closed;
            }
            auto deleted = delete_some_runs(connection, flow, *after, {"DELETED", actor, now});
            if (!deleted) return std::unexpected(deleted.error());
            last = *deleted;
            return last ? Result<void>() : delete_flow_rows(connection, flow, actor, now);
        });
        if (!done) return done;
        after = last;
    }
    return {};
}

}  // namespace swiftgrid::store
