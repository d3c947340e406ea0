#include "api/answers.h"
#include "api/hook_body.h"
#include "api/hook_call.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

Response resumed_answer(const Request& request, const control::Answer<control::Resumed>& resumed) {
    if (!resumed) return refusal_response(request, resumed.error());
    return json_response(202, to_json(json::object{{"runId", to_string(resumed->run)},
                                                   {"nodeId", resumed->node_id}}));
}

// Whoever has the address may call it.
Response resume_by_token(const Request& request, control::ResumeService& resume) {
    auto payload = hook_body(request);
    if (!payload) return problem_response(request, payload.error());
    return resumed_answer(request,
                          resume.by_token(request.parameter("token"), std::move(*payload)));
}

Response resume_by_hand(const Request& request, control::ResumeService& resume) {
    auto run = path_id<RunId>(request, "runId");
    if (!run) return problem_response(request, run.error());
    auto body = JsonBody::read(request, {"payload"});
    if (!body) return problem_response(request, body.error());
    const json::value* payload = body->find("payload");
    return resumed_answer(request, resume.by_hand(*run, request.parameter("nodeId"),
                                                  payload ? JsonText::from(*payload) : JsonText(),
                                                  request.caller.name));
}

Handler on_call(HookCall::Purpose purpose, ApiParts& parts, Timer& timer) {
    return [purpose, &parts, &timer](const Request& request, const Responder& respond) {
        auto flow = path_id<FlowId>(request, "flowId");
        if (!flow)
            respond(problem_response(request, flow.error()));
        else
            std::make_shared<HookCall>(respond, *flow, purpose, parts, timer)->receive();
    };
}

}  // namespace

void add_webhook_call_routes(Router& router, ApiParts& parts, Timer& timer) {
    for (const std::string_view pattern : {"/api/hooks/{flowId}", "/api/hooks/{flowId}/test"})
        router.refuse_head(pattern);
    for (const std::string_view method : {"GET", "POST"}) {
        router.add(method, "/api/hooks/{flowId}", on_call(HookCall::Purpose::start, parts, timer));
        router.add(method, "/api/hooks/{flowId}/test",
                   on_call(HookCall::Purpose::test, parts, timer));
    }
}

void add_hook_routes(Router& router, control::ResumeService& resume, WorkerPool& workers) {
    router.add("POST", "/api/hooks/resume/{token}",
               on_worker(workers, [&resume](const Request& request) {
                   return resume_by_token(request, resume);
               }));
}

void add_resume_routes(Router& router, ApiParts& parts) {
    router.add("POST", "/api/runs/{runId}/nodes/{nodeId}/resume",
               on_worker(parts, [&parts](const Request& request) {
                   return resume_by_hand(request, parts.resume);
               }));
}

}  // namespace swiftgrid::api
