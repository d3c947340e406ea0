#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/revision.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

Response list_flows(const Request& request, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request, parts.flows.list({query_text(request, "search"),
                                                  query_text(request, "cursor"), *limit}));
}

control::Answer<JsonBody> read_flow_body(const Request& request) {
    return JsonBody::read(request,
                          {"name", "description", "graph", "inputSchema", "outputSchema",
                           "timeoutMs", "notifications"},
                          true);
}

Response create_flow(const Request& request, ApiParts& parts) {
    auto body = read_flow_body(request);
    if (!body) return problem_response(request, body.error());
    if (!body->has("name")) return problem_response(request, missing_member("name").error());
    return flow_answer(request, parts.flows.create(body->object()), 201);
}

Response get_flow(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    return flow_answer(request, parts.flows.get(*flow));
}

Response save_flow(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto revision = revision_of(request, "the draft");
    if (!revision) return problem_response(request, revision.error());
    auto body = read_flow_body(request);
    if (!body) return problem_response(request, body.error());
    return flow_answer(request, parts.flows.save(*flow, *revision, body->object()));
}

Response delete_flow(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto force = query_boolean(request, "force");
    if (!force) return problem_response(request, force.error());
    auto removed = parts.flows.remove(*flow, force->value_or(false), request.caller.name);
    return removed ? empty_response() : refusal_response(request, removed.error());
}

Response validate_flow(const Request& request, ApiParts& parts) {
    auto flow = query_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto document = parse_json(request.body);
    if (!document)
        return problem_response(request,
                                Error{ErrorCode::bad_request, "body: " + document.error().message});
    return json_answer(request, parts.flows.validate(*document, *flow));
}

}  // namespace

void add_flow_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/flows", list_flows);
    routes.add("POST", "/api/flows", create_flow);
    routes.add("POST", "/api/flows/validate", validate_flow);
    routes.add("GET", "/api/flows/{flowId}", get_flow);
    routes.add("PUT", "/api/flows/{flowId}", save_flow);
    routes.add("DELETE", "/api/flows/{flowId}", delete_flow);
}

}  // namespace swiftgrid::api
