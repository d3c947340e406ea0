// Catalog: published versions.

#include <limits>

#include <fmt/format.h>

#include "base/assert.h"
#include "store/catalog.h"
#include "store/catalog_rows.h"
#include "store/cursor.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

Version version_of(const Query& query, FlowId flow) {
    Version version;
    version.flow = flow;
    version.id = query.id<VersionId>(0);
    version.number = query.integer(1);
    version.graph_id = query.graph_id(2);
    version.input_schema = query.optional_text(3);
    version.output_schema = query.optional_text(4);
    version.timeout_ms = query.optional_integer(5);
    version.change_summary = query.text(6);
    version.created_by = query.text(7);
    version.created_at = query.instant(8);
    version.active = query.integer(9) != 0;
    version.graph = query.text(10);
    version.snapshots = query.optional_text(11);
    version.notifications = query.optional_text(12);
    return version;
}

Result<void> require_choice(Connection& connection, FlowId flow, const VersionChoice& choice) {
    if (!choice.revision) return {};
    return require_revision(connection, flow, *choice.revision);
}

Result<Version> read_version(Connection& connection, FlowId flow, std::int64_t number) {
    Query query(
        connection,
        "SELECT version.id, version_number, graph_id, input_schema, output_schema, timeout_ms,"
        " change_summary, created_by, created_at,"
        " version.id IS (SELECT active_version_id FROM workflows WHERE id = workflow_id),"
        " graph.graph, snapshots, notifications FROM workflow_versions AS version"
        " JOIN workflow_graphs AS graph ON graph.id = graph_id"
        " WHERE workflow_id = ? AND version_number = ?");
    auto row = query.bind(flow).bind(number).next();
    if (!row) return std::unexpected(row.error());
    if (*row) return version_of(query, flow);
    return fail(ErrorCode::not_found,
                fmt::format("flow {} has no version {}", to_string(flow), number));
}

Result<std::vector<Version>> read_versions(Connection& connection, FlowId flow, std::int64_t before,
                                           std::size_t rows) {
    Query query(connection,
                "SELECT id, version_number, graph_id, input_schema, output_schema, timeout_ms,"
                " change_summary, created_by, created_at,"
                " id IS (SELECT active_version_id FROM workflows WHERE id = workflow_id), '',"
                " snapshots, notifications FROM workflow_versions"
                " WHERE workflow_id = ? AND version_number < ?"
                " ORDER BY version_number DESC LIMIT ?");
    query.bind(flow).bind(before).bind(rows);
    return sqlite::read_rows(query, [&](const Query& row) { return version_of(row, flow); });
}

Result<void> activate(Connection& connection, FlowId flow, VersionId version) {
    Query update(connection, "UPDATE workflows SET active_version_id = ? WHERE id = ?");
    return update.bind(version).bind(flow).run();
}

Result<void> audit(Connection& connection, FlowId flow, std::string action, std::int64_t number,
                   const Actor& actor, Instant now) {
    AuditEntry entry;
    entry.flow = flow;
    entry.action = std::move(action);
    entry.actor = actor.name;
    entry.metadata = fmt::format("{{\"version\":{}}}", number);
    entry.created_at = now;
    return insert_audit(connection, entry);
}

Result<std::int64_t> insert_version(Connection& connection, const Flow& flow,
                                    const Publication& publication, Instant now) {
    Query graph(
        connection,
        "INSERT INTO workflow_graphs (id, graph) VALUES (?, ?) ON CONFLICT (id) DO NOTHING");
    auto done = graph.bind(flow.draft.graph_id).bind(flow.draft.graph).run();
    if (!done) return std::unexpected(done.error());
    const std::int64_t number = flow.latest_version.value_or(0) + 1;
    Query insert(connection,
                 "INSERT INTO workflow_versions (id, workflow_id, version_number, graph_id,"
                 " input_schema, output_schema, timeout_ms, change_summary, created_by, created_at,"
                 " snapshots, notifications) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(publication.id).bind(flow.id).bind(number).bind(flow.draft.graph_id);
    insert.bind(flow.draft.input_schema).bind(flow.draft.output_schema).bind(flow.draft.timeout_ms);
    insert.bind(publication.change_summary).bind(publication.created_by).bind(now);
    const std::string notifications = flow.draft.notifications.value_or("[]");
    insert.bind(publication.snapshots).bind(notifications);
    if (auto inserted = insert.run(); !inserted) return std::unexpected(inserted.error());
    return number;
}

}  // namespace

Result<Page<Version>> Catalog::list_versions(FlowId flow, const std::string& cursor,
                                             std::size_t limit) {
    SG_ASSERT(limit > 0, "a page has room for an item");
    const auto before = parse_number_cursor(cursor);
    if (!before) return std::unexpected(before.error());
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    if (auto known = read_flow(**loan, flow); !known) return std::unexpected(known.error());
    auto versions = read_versions(
        **loan, flow, before->value_or(std::numeric_limits<std::int64_t>::max()), limit + 1);
    if (!versions) return std::unexpected(versions.error());
    Page<Version> page{std::move(*versions), std::nullopt};
    if (page.items.size() > limit) {
        page.items.pop_back();
        page.next_cursor = cursor_of(page.items.back().number);
    }
    return page;
}

Result<Version> Catalog::get_version(FlowId flow, std::int64_t number) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return read_version(**loan, flow, number);
}

Result<std::optional<Version>> Catalog::find_version(FlowId flow, VersionId version) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT version_number FROM workflow_versions WHERE id = ? AND workflow_id = ?");
    auto row = query.bind(version).bind(flow).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return read_version(**loan, flow, query.integer(0));
}

Result<Version> Catalog::get_active_version(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    auto known = read_flow(**loan, flow);
    if (!known) return std::unexpected(known.error());
    if (known->active_version) return read_version(**loan, flow, *known->active_version);
    return fail(ErrorCode::not_found, "flow " + to_string(flow) + " has no published version");
}

Result<Version> Catalog::publish(FlowId flow, const Publication& publication, const Actor& actor,
                                 Instant now) {
    Result<Version> published;
    auto done = change([&](Connection& connection) -> Result<void> {
        auto current = require_revision(connection, flow, publication.revision);
        if (!current) return current;
        auto known = read_flow(connection, flow);
        if (!known) return std::unexpected(known.error());
        auto number = insert_version(connection, *known, publication, now);
        if (!number) return std::unexpected(number.error());
        auto written = activate(connection, flow, publication.id);
        if (written) written = audit(connection, flow, "PUBLISHED", *number, actor, now);
        if (written) published = read_version(connection, flow, *number);
        return written;
    });
    if (!done) return std::unexpected(done.error());
    return published;
}

Result<Version> Catalog::roll_back(FlowId flow, const VersionChoice& choice, const Actor& actor,
                                   Instant now) {
    Result<Version> active;
    auto done = change([&](Connection& connection) -> Result<void> {
        if (auto current = require_choice(connection, flow, choice); !current) return current;
        auto version = read_version(connection, flow, choice.number);
        if (!version) return std::unexpected(version.error());
        auto written = activate(connection, flow, version->id);
        if (written) written = audit(connection, flow, "ROLLED_BACK", choice.number, actor, now);
        version->active = true;
        active = std::move(version);
        return written;
    });
    if (!done) return std::unexpected(done.error());
    return active;
}

Result<std::vector<FlowNotifications>> Catalog::active_notifications() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT flow.id, active.notifications FROM workflows AS flow"
                " JOIN workflow_versions AS active ON active.id = flow.active_version_id"
                " WHERE nullif(active.notifications, '[]') IS NOT NULL ORDER BY flow.id");
    return sqlite::read_rows(
        query, [](const Query& row) { return FlowNotifications{row.id<FlowId>(0), row.text(1)}; });
}

Result<Flow> Catalog::restore_version(FlowId flow, const VersionChoice& choice, Instant now) {
    Result<Flow> restored;
    auto done = change([&](Connection& connection) -> Result<void> {
        if (auto current = require_choice(connection, flow, choice); !current) return current;
        auto known = read_flow(connection, flow);
        if (!known) return std::unexpected(known.error());
        auto version = read_version(connection, flow, choice.number);
        if (!version) return std::unexpected(version.error());
        FlowDraft draft = std::move(known->draft);
        draft.graph = std::move(version->graph);
        draft.graph_id = version->graph_id;
        draft.input_schema = std::move(version->input_schema);
        draft.output_schema = std::move(version->output_schema);
        draft.timeout_ms = version->timeout_ms;
        if (version->notifications) draft.notifications = std::move(version->notifications);
        if (auto written = update_draft(connection, flow, draft, now); !written) return written;
        restored = read_flow(connection, flow);
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return restored;
}

}  // namespace swiftgrid::store
