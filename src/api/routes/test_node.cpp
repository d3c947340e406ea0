// Trying one node of a draft.

#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "api/starts.h"

namespace swiftgrid::api {
namespace {

control::Answer<control::NodeTestRequest> read_test(const Request& request) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return std::unexpected(flow.error());
    auto body = JsonBody::read(request, {"inputs", "trigger"});
    if (!body) return std::unexpected(body.error());
    control::NodeTestRequest test;
    test.flow = *flow;
    test.node_id = request.parameter("nodeId");
    if (const json::value* trigger = body->find("trigger")) {
        auto input = input_of(trigger);
        if (!input) return std::unexpected(input.error());
        test.trigger = *std::move(input);
    }
    const json::value* inputs = body->find("inputs");
    if (!inputs || inputs->is_null()) return test;
    if (!inputs->is_object())
        return wrong_member("inputs", "an object of results by node id",
                            "write the result of each node under its id");
    for (const auto& input : inputs->get_object())
        test.inputs.emplace(input.key(), JsonText::from(input.value()));
    return test;
}

void test_node(const Responder& respond, ApiParts& parts) {
    auto test = read_test(respond.request());
    if (!test) {
        respond(problem_response(respond.request(), test.error()));
        return;
    }
    respond.when_gone(
        parts.tester.test(*test, [respond](const control::Answer<std::string>& result) {
            respond(json_answer(respond.request(), result));
        }));
}

}  // namespace

void add_node_test_routes(Router& router, ApiParts& parts) {
    router.add("POST", "/api/flows/{flowId}/nodes/{nodeId}/test",
               [&parts](const Request&, const Responder& respond) {
                   post_or_refuse(parts.workers, respond,
                                  [respond, &parts] { test_node(respond, parts); });
               });
}

}  // namespace swiftgrid::api
