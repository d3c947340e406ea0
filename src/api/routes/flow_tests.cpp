// Tests of a flow, and backtests on its recorded runs.

#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/revision.h"
#include "api/routes/routes.h"
#include "api/starts.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

Response get_tests(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    return flow_answer(request, parts.flow_tester.get(*flow));
}

Response save_tests(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto revision = revision_of(request, "the tests");
    if (!revision) return problem_response(request, revision.error());
    auto body = read_json_object(request);
    if (!body) return problem_response(request, body.error());
    return flow_answer(
        request, parts.flow_tester.save(*flow, *revision, json::value(*body), request.caller.name));
}

Response make_test(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto run = path_id<RunId>(request, "runId");
    if (!run) return problem_response(request, run.error());
    return json_answer(request, parts.flow_tester.make_case(*flow, *run));
}

control::Answer<control::FlowTestsRequest> read_tests_request(const Request& request) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return std::unexpected(flow.error());
    auto body = JsonBody::read(request, {"version", "tests"});
    if (!body) return std::unexpected(body.error());
    auto version = version_of(body->find("version"), control::DraftVersion{});
    if (!version) return std::unexpected(version.error());
    control::FlowTestsRequest tests{*flow, *std::move(version), std::nullopt};
    if (const json::value* given = body->find("tests"))
        tests.tests = json::object{{"tests", *given}};
    return tests;
}

control::Answer<control::BacktestRequest> read_backtest(const Request& request) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return std::unexpected(flow.error());
    auto body = JsonBody::read(request, {"version", "runs"});
    if (!body) return std::unexpected(body.error());
    auto version = version_of(body->find("version"), control::DraftVersion{});
    if (!version) return std::unexpected(version.error());
    auto runs = body->integer("runs");
    if (!runs) return std::unexpected(runs.error());
    constexpr auto runs_max = static_cast<std::int64_t>(limits::backtest_runs_max);
    const std::int64_t count = runs->value_or(static_cast<std::int64_t>(limits::backtest_runs));
    if (count < 1 || count > runs_max)
        return wrong_member("runs", "a number from 1 to " + std::to_string(runs_max),
                            "write a number between them");
    return control::BacktestRequest{*flow, *std::move(version), static_cast<std::size_t>(count)};
}

// Answers when the work has ended; a client that goes away stops it.
template <typename Wanted>
void answer_report(const Responder& respond, const control::Answer<Wanted>& wanted, ApiParts& parts,
                   control::FlowTester::Cancel (control::FlowTester::*work)(
                       const Wanted&, control::FlowTester::Done)) {
    if (!wanted) {
        respond(problem_response(respond.request(), wanted.error()));
        return;
    }
    respond.when_gone(
        (parts.flow_tester.*work)(*wanted, [respond](const control::Answer<std::string>& report) {
            respond(json_answer(respond.request(), report));
        }));
}

void run_tests(const Responder& respond, ApiParts& parts) {
    answer_report(respond, read_tests_request(respond.request()), parts, &control::FlowTester::run);
}

void run_backtest(const Responder& respond, ApiParts& parts) {
    answer_report(respond, read_backtest(respond.request()), parts, &control::FlowTester::backtest);
}

}  // namespace

void add_flow_test_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/flows/{flowId}/tests", get_tests);
    routes.add("PUT", "/api/flows/{flowId}/tests", save_tests);
    routes.add("GET", "/api/flows/{flowId}/tests/from-run/{runId}", make_test);
    const auto add_work = [&](std::string_view pattern, void (*work)(const Responder&, ApiParts&)) {
        router.add("POST", pattern, [&parts, work](const Request&, const Responder& respond) {
            post_or_refuse(parts.workers, respond,
                           [respond, &parts, work] { work(respond, parts); });
        });
    };
    add_work("/api/flows/{flowId}/tests/run", run_tests);
    add_work("/api/flows/{flowId}/backtest", run_backtest);
}

}  // namespace swiftgrid::api
