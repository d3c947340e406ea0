#include <charconv>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/revision.h"
#include "api/routes/routes.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

Response publish(const Request& request, FlowId flow, ApiParts& parts) {
    auto revision = revision_if_sent(request, "the draft");
    if (!revision) return problem_response(request, revision.error());
    auto body = JsonBody::read(request, {"changeSummary"});
    if (!body) return problem_response(request, body.error());
    auto summary = body->text("changeSummary");
    if (!summary) return problem_response(request, summary.error());
    if (summary->has_value() && (*summary)->size() > limits::change_summary_bytes)
        return problem_response(request,
                                Error{ErrorCode::too_large, "body: 'changeSummary' is too long"});
    return json_answer(
        request, parts.flows.publish(flow, summary->value_or(""), request.caller.name, *revision),
        201);
}

Response list_versions(const Request& request, FlowId flow, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request,
                       parts.flows.list_versions(flow, query_text(request, "cursor"), *limit));
}

Response get_version(const Request& request, FlowId flow, ApiParts& parts) {
    const std::string& text = request.parameter("number");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1)
        return problem_response(request,
                                Error{ErrorCode::bad_request, "a version is a number from 1"});
    return json_answer(request, parts.flows.get_version(flow, number));
}

control::Answer<std::int64_t> version_choice(const Request& request) {
    auto body = JsonBody::read(request, {"version"}, true);
    if (!body) return std::unexpected(body.error());
    auto number = body->integer("version");
    if (!number) return std::unexpected(number.error());
    if (!number->has_value() || **number < 1)
        return wrong_member("version", "a number from 1", "take one of the list of versions");
    return **number;
}

Response roll_back(const Request& request, FlowId flow, ApiParts& parts) {
    auto number = version_choice(request);
    if (!number) return problem_response(request, number.error());
    auto revision = revision_if_sent(request, "the draft");
    if (!revision) return problem_response(request, revision.error());
    return flow_answer(request,
                       parts.flows.roll_back(flow, *number, request.caller.name, *revision));
}

Response restore(const Request& request, FlowId flow, ApiParts& parts) {
    auto number = version_choice(request);
    if (!number) return problem_response(request, number.error());
    auto revision = revision_if_sent(request, "the draft");
    if (!revision) return problem_response(request, revision.error());
    return flow_answer(request, parts.flows.restore(flow, *number, *revision));
}

}  // namespace

void add_version_routes(Router& router, ApiParts& parts) {
    const auto add = [&](std::string_view method, std::string_view pattern,
                         Response (*work)(const Request&, FlowId, ApiParts&)) {
        router.add(method, pattern, on_worker(parts, [&parts, work](const Request& request) {
                       auto flow = path_id<FlowId>(request, "flowId");
                       if (!flow) return problem_response(request, flow.error());
                       return work(request, *flow, parts);
                   }));
    };
    add("POST", "/api/flows/{flowId}/publish", publish);
    add("GET", "/api/flows/{flowId}/versions", list_versions);
    add("GET", "/api/flows/{flowId}/versions/{number}", get_version);
    add("POST", "/api/flows/{flowId}/rollback", roll_back);
    add("POST", "/api/flows/{flowId}/restore", restore);
}

}  // namespace swiftgrid::api
