// "Offer as a tool": what people set of workflows that assistants may call.

#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

Response get_tool(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    return json_answer(request, parts.flow_tools.get(*flow));
}

// What is left out has its default; whether it is on, and its name, stay as they are.
control::Answer<control::ToolInput> read_tool(const Request& request) {
    auto body = JsonBody::read(request,
                               {"enabled", "name", "description", "readsOnly", "cancelsRun"}, true);
    if (!body) return std::unexpected(body.error());
    auto enabled = body->boolean("enabled");
    if (!enabled) return std::unexpected(enabled.error());
    auto name = body->text("name");
    if (!name) return std::unexpected(name.error());
    auto description = body->text("description");
    if (!description) return std::unexpected(description.error());
    auto reads_only = body->boolean("readsOnly");
    if (!reads_only) return std::unexpected(reads_only.error());
    auto cancels_run = body->boolean("cancelsRun");
    if (!cancels_run) return std::unexpected(cancels_run.error());
    control::ToolInput input;
    input.keeps_enabled = !*enabled;
    input.settings = {enabled->value_or(false), name->value_or(""), description->value_or(""),
                      reads_only->value_or(false), cancels_run->value_or(true)};
    return input;
}

Response put_tool(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto input = read_tool(request);
    if (!input) return problem_response(request, input.error());
    return json_answer(request,
                       parts.flow_tools.put(*flow, *std::move(input), request.caller.name));
}

}  // namespace

void add_flow_tool_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/flows/{flowId}/tool", get_tool);
    routes.add("PUT", "/api/flows/{flowId}/tool", put_tool);
}

}  // namespace swiftgrid::api
