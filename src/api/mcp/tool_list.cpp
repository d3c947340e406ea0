#include "api/mcp/tool_list.h"

#include "api/mcp/run_tools.h"
#include "base/json_fields.h"
#include "control/json_writer.h"
#include "control/tool_names.h"
#include "control/tool_schema.h"

namespace swiftgrid::api {
namespace {

// For how long a client may keep the list: who switches a tool on wants to see it.
constexpr std::int64_t list_ttl_ms = 10'000;

void append_offered(std::string& out, const store::OfferedTool& tool) {
    const store::ToolSettings& settings = tool.settings;
    const std::string& description =
        settings.description.empty() ? tool.flow_description : settings.description;
    control::ObjectWriter object(out);
    object.text("name", settings.name);
    object.text("title", tool.flow_name);
    if (!description.empty()) object.text("description", description);
    object.raw("inputSchema", to_json(control::tool_input_schema(tool.input_schema)));
    if (const auto output = control::tool_output_schema(tool.output_schema))
        object.raw("outputSchema", to_json(*output));
    control::ObjectWriter hints(object.member("annotations"));
    hints.text("title", tool.flow_name);
    hints.boolean("readOnlyHint", settings.reads_only);
    if (!settings.reads_only) hints.boolean("destructiveHint", true);
    hints.end();
    object.end();
}

}  // namespace

Response list_tools(const McpRequest& message, const control::Caller& caller, ApiParts& parts) {
    const auto* cursor = message.params.if_contains("cursor");
    const std::string after(text_at(message.params, "cursor"));
    if (cursor && !cursor->is_null() && !control::is_tool_name(after))
        return mcp_error(message, mcp_code::invalid_params,
                         "the cursor is not one of this list; pass nextCursor as it is");
    std::string tools = after.empty() ? run_tool_entries() : "";
    McpResult result;
    std::optional<std::string> next;
    if (caller.may(control::Role::operator_)) {
        const auto page = parts.flow_tools.list(after);
        if (!page) return mcp_error(message, mcp_code::internal_error, page.error().message);
        for (const store::OfferedTool& tool : page->tools) {
            if (!tools.empty()) tools += ',';
            append_offered(tools, tool);
        }
        next = page->next;
        result.meta = R"("swiftgrid/stamp":")" + page->stamp + "\"";
    }
    result.members = "\"tools\":[" + tools + "]";
    if (next) result.members += R"(,"nextCursor":")" + *next + "\"";
    if (message.era == McpEra::modern)
        result.members +=
            ",\"ttlMs\":" + std::to_string(list_ttl_ms) + R"(,"cacheScope":"private")";
    return mcp_result(message, result, parts.version);
}

}  // namespace swiftgrid::api
