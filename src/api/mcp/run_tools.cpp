#include "api/mcp/run_tools.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/assert.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/tool_names.h"
#include "control/tool_schema.h"

namespace swiftgrid::api {
namespace {

constexpr std::string_view page_members = R"(
    "limit": {"type": "integer", "minimum": 1, "maximum": 200, "default": 20},
    "cursor": {"type": "string", "description": "nextCursor of the page before"})";

struct RunTool {
    std::string_view name;
    std::string_view title;
    std::string_view description;
    json::object schema;
};

json::object schema_of(std::string_view members, json::array required = {}) {
    json::object schema{{"type", "object"}, {"additionalProperties", false}};
    auto properties = parse_json(fmt::format("{{{}}}", members));
    SG_ASSERT(properties.has_value(), "the members are ours");
    schema["properties"] = *std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

std::vector<RunTool> make_run_tools() {
    return {
        {control::list_workflows_tool, "List workflows",
         "The workflows of this server, newest first, with their last run.",
         schema_of(fmt::format(
             R"("search": {{"type": "string", "maxLength": 200,
                  "description": "part of the name or description"}},{})",
             page_members))},
        {control::list_runs_tool, "List runs", "Runs of workflows, newest first.",
         schema_of(fmt::format(
             R"("workflowId": {{"type": "string", "description": "only runs of this workflow"}},
                "status": {{"type": "string",
                  "enum": ["pending", "running", "suspended", "completed", "failed", "cancelled"]}},{})",
             page_members))},
        {control::get_run_tool, "Get a run",
         "Status of a run, its output once it is completed, its error when it failed.",
         schema_of(R"("runId": {"type": "string"})", {"runId"})},
    };
}

ToolResult refusal_text(const control::Refusal& refusal) {
    return tool_trouble(refusal.error.message);
}

// What a model asks about is seldom all that a page shows.
ToolResult workflows_page(const json::object& arguments, ApiParts& parts) {
    store::FlowQuery query;
    query.search = text_at(arguments, "search");
    query.cursor = text_at(arguments, "cursor");
    query.limit = static_cast<std::size_t>(integer_at(arguments, "limit", limits::page_items));
    const auto page = parts.flows.list(query);
    if (!page) return refusal_text(page.error());
    json::value list = parse_json(*page).value();
    for (json::value& flow : list.at("items").as_array())
        flow.as_object().stable_erase("recentRuns");
    return tool_value(JsonText::from(list), "Ask for fewer with `limit`.");
}

ToolResult runs_page(const json::object& arguments, ApiParts& parts) {
    store::RunQuery query;
    query.cursor = text_at(arguments, "cursor");
    query.limit = static_cast<std::size_t>(integer_at(arguments, "limit", limits::page_items));
    if (const auto status = text_at(arguments, "status"); !status.empty())
        query.statuses = {std::string(status)};
    if (const auto flow = text_at(arguments, "workflowId"); !flow.empty()) {
        const auto id = parse_id<FlowId>(flow);
        if (!id) return tool_trouble("workflowId: " + id.error().message);
        query.flows = {*id};
    }
    auto page = parts.runs.list(query);
    if (!page) return refusal_text(page.error());
    return tool_value(JsonText::trusted(*std::move(page)), "Ask for fewer with `limit`.");
}

ToolResult run_by_id(const json::object& arguments, ApiParts& parts) {
    const auto run = parse_id<RunId>(text_at(arguments, "runId"));
    if (!run) return tool_trouble("runId: " + run.error().message);
    auto text = parts.runs.end_or_status(*run);
    if (!text) return refusal_text(text.error());
    ToolResult result = tool_value(JsonText::trusted(*std::move(text)),
                                   fmt::format("Read it with GET /api/runs/{}.", to_string(*run)));
    result.run = *run;
    return result;
}

}  // namespace

std::string run_tool_entries() {
    std::string out;
    for (const RunTool& tool : make_run_tools()) {
        if (!out.empty()) out += ',';
        out += to_json(json::object{
            {"name", tool.name},
            {"title", tool.title},
            {"description", tool.description},
            {"inputSchema", tool.schema},
            {"annotations",
             json::object{{"title", tool.title}, {"readOnlyHint", true}, {"openWorldHint", false}}},
        });
    }
    return out;
}

ToolResult call_run_tool(std::string_view name, const json::object& arguments, ApiParts& parts) {
    for (const RunTool& tool : make_run_tools()) {
        if (tool.name != name) continue;
        const auto problems = control::tool_value_problems(tool.schema, arguments);
        if (!problems.empty())
            return tool_trouble(
                fmt::format("The arguments are not right: {}", fmt::join(problems, "; ")));
    }
    if (name == control::list_workflows_tool) return workflows_page(arguments, parts);
    if (name == control::list_runs_tool) return runs_page(arguments, parts);
    return run_by_id(arguments, parts);
}

}  // namespace swiftgrid::api
