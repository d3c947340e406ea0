// Starting runs. The ordinary start answers from the shard's reply, without a worker thread.

#include <memory>

#include "api/answers.h"
#include "api/end_wait.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "api/starts.h"
#include "base/limits.h"
#include "control/json_writer.h"

namespace swiftgrid::api {
namespace {

using control::Answer;
using control::Started;
using control::StartRequest;

std::string end_json(RunId run, const runtime::RunEnd& end) {
    std::string out;
    control::ObjectWriter object(out);
    object.text("runId", to_string(run));
    object.text("status", engine::to_string(end.status));
    object.raw("output", end.output.view());
    object.raw("error", end.error ? engine::to_json_text(*end.error).view() : "null");
    object.end();
    return out;
}

// The end of a run that somebody else started is read, not waited for.
void answer_repeat(const Responder& respond, RunId run, ApiParts& parts) {
    const bool posted = parts.workers.post([respond, run, &parts] {
        auto text = parts.runs.end_or_status(run);
        const bool ended = text && text->find("\"output\":") != std::string::npos;
        Response response = json_answer(respond.request(), text, ended ? 200 : 202);
        response.headers.push_back({"Idempotency-Replayed", "true"});
        respond(std::move(response));
    });
    if (!posted) answer_started(respond, Started{run, true});
}

// With ?wait: answers 200 at the end of the run, or 202 when the time is over first.
void answer_at_end(StartRequest request, const Responder& respond, std::int64_t seconds,
                   ApiParts& parts, Timer& timer) {
    auto wait = std::make_shared<EndWait>(
        respond, timer,
        EndWait::Answers{[](RunId run, const runtime::RunEnd& end) {
                             return json_response(200, end_json(run, end));
                         },
                         [](RunId run) { return json_response(202, start_json(run, "running")); }});
    request.on_end = [wait](RunId run, const runtime::RunEnd& end) { wait->ended(run, end); };
    parts.starter.start(std::move(request),
                        [respond, wait, seconds, &parts](const Answer<Started>& started) {
                            if (!started)
                                answer_started(respond, started);
                            else if (started->is_repeat)
                                answer_repeat(respond, started->run, parts);
                            else
                                wait->wait(started->run, seconds * 1000);
                        });
}

void start(StartRequest request, const Responder& respond, ApiParts& parts, Timer& timer) {
    auto wait = query_integer(respond.request(), "wait", {0, limits::wait_seconds_max});
    if (!wait) {
        respond(problem_response(respond.request(), wait.error()));
        return;
    }
    auto key = key_of(respond.request());
    if (!key) {
        respond(problem_response(respond.request(), key.error()));
        return;
    }
    request.key = *std::move(key);
    request.traceparent = traceparent_of(respond.request());
    if (wait->value_or(0) > 0) {
        answer_at_end(std::move(request), respond, **wait, parts, timer);
        return;
    }
    parts.starter.start(std::move(request), [respond](const Answer<Started>& started) {
        answer_started(respond, started);
    });
}

control::Answer<StartRequest> read_flow_run(const Request& request) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return std::unexpected(flow.error());
    auto body = JsonBody::read(request, {"input", "version"});
    if (!body) return std::unexpected(body.error());
    auto version = version_of(body->find("version"), control::DefaultVersion{});
    if (!version) return std::unexpected(version.error());
    auto input = input_of(body->find("input"));
    if (!input) return std::unexpected(input.error());
    StartRequest start_request;
    start_request.flow = *flow;
    start_request.version = *version;
    start_request.input = *input;
    return start_request;
}

control::Answer<StartRequest> read_run(const Request& request) {
    auto body = JsonBody::read(request, {"workflowId", "inputData"}, true);
    if (!body) return std::unexpected(body.error());
    auto id = body->text("workflowId");
    if (!id) return std::unexpected(id.error());
    if (!id->has_value()) return missing_member("workflowId");
    auto flow = parse_id<FlowId>(**id);
    if (!flow) return fail(ErrorCode::bad_request, "workflowId: " + flow.error().message);
    auto input = input_of(body->find("inputData"));
    if (!input) return std::unexpected(input.error());
    StartRequest start_request;
    start_request.flow = *flow;
    start_request.input = *input;
    return start_request;
}

}  // namespace

void add_start_routes(Router& router, ApiParts& parts, Timer& timer) {
    const auto add = [&](std::string_view pattern,
                         control::Answer<StartRequest> (*read)(const Request&)) {
        router.add("POST", pattern,
                   [&parts, &timer, read](const Request& request, const Responder& respond) {
                       auto start_request = read(request);
                       if (!start_request)
                           respond(problem_response(request, start_request.error()));
                       else
                           start(std::move(*start_request), respond, parts, timer);
                   });
    };
    add("/api/flows/{flowId}/runs", read_flow_run);
    add("/api/run", read_run);
}

}  // namespace swiftgrid::api
