#include "store/tools.h"

#include <fmt/format.h>

#include "store/catalog_rows.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

// Columns of both queries below.
OfferedTool offered_tool(const Query& row) {
    OfferedTool tool;
    tool.flow = row.id<FlowId>(0);
    tool.flow_name = row.text(1);
    tool.flow_description = row.text(2);
    tool.settings.enabled = true;
    tool.settings.name = row.text(3);
    tool.settings.description = row.text(4);
    tool.settings.reads_only = row.integer(5) != 0;
    tool.settings.cancels_run = row.integer(6) != 0;
    tool.version = row.integer(7);
    tool.input_schema = row.optional_text(8);
    tool.output_schema = row.optional_text(9);
    return tool;
}

Result<void> refuse_taken_name(Connection& connection, FlowId flow, const std::string& name) {
    Query query(connection,
                "SELECT name FROM workflows WHERE tool_enabled = 1 AND tool_name = ? AND id <> ?");
    auto row = query.bind(name).bind(flow).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    return fail(ErrorCode::conflict,
                fmt::format("the tool name '{}' is taken by the workflow '{}'; choose another",
                            name, query.text(0)));
}

}  // namespace

Result<ToolSettings> FlowTools::get(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT tool_enabled, tool_name, tool_description, tool_reads_only, tool_cancels"
                " FROM workflows WHERE id = ?");
    auto row = query.bind(flow).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::unexpected(unknown_flow(flow));
    return ToolSettings{query.integer(0) != 0, query.text(1), query.text(2), query.integer(3) != 0,
                        query.integer(4) != 0};
}

Result<void> FlowTools::put(FlowId flow, const ToolSettings& settings, const AuditEntry& audit) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        if (auto known = require_flow(connection, flow); !known) return known;
        if (settings.enabled) {
            if (auto free = refuse_taken_name(connection, flow, settings.name); !free) return free;
        }
        Query update(connection,
                     "UPDATE workflows SET tool_enabled = ?, tool_name = ?, tool_description = ?,"
                     " tool_reads_only = ?, tool_cancels = ? WHERE id = ?");
        update.bind(settings.enabled).bind(settings.name).bind(settings.description);
        update.bind(settings.reads_only).bind(settings.cancels_run);
        if (auto done = update.bind(flow).run(); !done) return done;
        return insert_audit(connection, audit);
    });
}

Result<std::optional<OfferedTool>> FlowTools::find(const std::string& name) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT flow.id, flow.name, flow.description, tool_name, tool_description,"
                " tool_reads_only, tool_cancels, active.version_number, active.input_schema,"
                " active.output_schema FROM workflows AS flow"
                " JOIN workflow_versions AS active ON active.id = flow.active_version_id"
                " WHERE tool_enabled = 1 AND tool_name = ?");
    auto row = query.bind(name).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return offered_tool(query);
}

Result<std::vector<OfferedTool>> FlowTools::list(const std::string& after, std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT flow.id, flow.name, flow.description, tool_name, tool_description,"
                " tool_reads_only, tool_cancels, active.version_number, active.input_schema,"
                " active.output_schema FROM workflows AS flow"
                " JOIN workflow_versions AS active ON active.id = flow.active_version_id"
                " WHERE tool_enabled = 1 AND tool_name > ? ORDER BY tool_name LIMIT ?");
    query.bind(after).bind(limit);
    return sqlite::read_rows(query, offered_tool);
}

Result<std::string> FlowTools::stamp() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT tool_name, name, description, tool_description, tool_reads_only,"
                " hex(active_version_id) FROM workflows"
                " WHERE tool_enabled = 1 AND active_version_id IS NOT NULL ORDER BY tool_name");
    std::string all;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return to_string(graph_id_of(all));
        for (int column = 0; column < 6; ++column) all.append(query.view(column)).push_back('\0');
    }
}

}  // namespace swiftgrid::store
