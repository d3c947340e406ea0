#include "control/flow_test_runner.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/dry_run_series.h"
#include "control/flow_test_environment.h"
#include "control/mocked_world.h"
#include "control/problem_view.h"
#include "engine/status.h"
#include "expr/nearest_name.h"

namespace swiftgrid::control {
namespace {

std::optional<model::Problem> step_not_in_flow(const std::string& pointer, const std::string& id,
                                               const model::Plan& plan) {
    if (plan.find(id)) return std::nullopt;
    std::vector<std::string> names;
    names.reserve(plan.nodes.size());
    for (const model::PlanNode& node : plan.nodes) names.push_back(node.id);
    const auto nearest = expr::nearest_name(id, names);
    return problem_at(pointer_below(pointer, id), "unknown_node",
                      fmt::format("the flow has no step '{}'", id),
                      nearest ? fmt::format("Did you mean '{}'?", *nearest)
                              : "Name a step of this flow, or remove this.");
}

// A branch that the step has not is one that nobody takes: all behind it would be skipped.
std::optional<model::Problem> wrong_branch(const std::string& pointer, const FlowTestMock& mock,
                                           const model::PlanNode& node) {
    if (!mock.result) return std::nullopt;
    if (!node.descriptor->handles) {
        if (!mock.outputs) return std::nullopt;
        return problem_at(pointer + "/outputs", "unknown_branch",
                          fmt::format("'{}' has no branches", node.id), "Remove 'outputs'.");
    }
    std::vector<std::string> branches;
    for (model::Handle& handle : model::outputs_of(*node.descriptor, node.data))
        branches.push_back(std::move(handle.id));
    const std::string mend =
        fmt::format("Write some of {}, or [] for none.", fmt::join(branches, ", "));
    if (!mock.outputs)
        return problem_at(
            pointer + "/outputs", "missing_field",
            fmt::format("'{}' chooses between branches, and its mock names none", node.id), mend);
    for (std::size_t i = 0; i < mock.outputs->size(); ++i)
        if (const std::string& name = (*mock.outputs)[i];
            std::ranges::find(branches, name) == branches.end())
            return problem_at(fmt::format("{}/outputs/{}", pointer, i), "unknown_branch",
                              fmt::format("'{}' has no branch '{}'", node.id, name), mend);
    return std::nullopt;
}

std::optional<model::Problem> wrong_mock(const std::string& id, const FlowTestMocks& mocks,
                                         const model::Plan& plan) {
    if (auto problem = step_not_in_flow("/mocks", id, plan)) return problem;
    const std::string pointer = pointer_below("/mocks", id);
    const model::PlanNode& node = plan.nodes[*plan.find(id)];
    for (std::size_t i = 0; i < mocks.attempts.size(); ++i) {
        const std::string place = mocks.repeats ? pointer : fmt::format("{}/{}", pointer, i);
        if (auto problem = wrong_branch(place, mocks.attempts[i], node)) return problem;
    }
    return std::nullopt;
}

// What the case names, and the flow has not.
std::optional<model::Problem> first_unknown(const FlowTestCase& test, const model::Plan& plan) {
    for (const auto& [id, mocks] : test.mocks)
        if (auto problem = wrong_mock(id, mocks, plan)) return problem;
    for (const auto& [id, node] : test.expect.nodes)
        if (auto problem = step_not_in_flow("/expect/nodes", id, plan)) return problem;
    return std::nullopt;
}

runtime::DryRunStart start_of(const FlowTestBench& bench, const FlowUnderTest& flow,
                              const FlowTestCase& test) {
    runtime::DryRunStart start;
    start.run = RunId{bench.ids.next()};
    start.plan = flow.plan;
    start.at = test.at.value_or(bench.clock.now());
    engine::RunCreated& created = start.command.created;
    created.flow = flow.id;
    created.version = flow.version;
    created.graph = flow.plan->graph_id;
    created.input = test.input;
    created.trigger = test.trigger;
    if (flow.timeout_ms) created.deadline = start.at + Duration{*flow.timeout_ms};
    return start;
}

void compare_value(Differences& differences, const std::string& pointer,
                   const std::optional<json::value>& expected,
                   const std::optional<JsonText>& found) {
    if (!expected) return;
    if (found)
        differences.compare(pointer, *expected, found->to_value());
    else
        differences.add({pointer, expected, std::nullopt});
}

std::optional<JsonText> json_of(const std::optional<engine::RunError>& error) {
    return error ? std::optional(engine::to_json_text(*error)) : std::nullopt;
}

std::vector<Difference> compare_run(const FlowTestExpectation& expect, const engine::RunState& run,
                                    const model::Plan& plan) {
    Differences differences(Match::partial, limits::flow_test_differences);
    differences.compare("/status", json::value(expect.wanted_status()),
                        json::value(engine::to_string(run.status)));
    compare_value(differences, "/output", expect.output, run.output);
    compare_value(differences, "/error", expect.error, json_of(run.error));
    for (const auto& [id, node] : expect.nodes) {
        const engine::NodeState& state = run.nodes[*plan.find(id)];
        const std::string pointer = pointer_below("/nodes", id);
        if (node.status)
            differences.compare(pointer + "/status", json::value(*node.status),
                                json::value(engine::to_string(state.status)));
        compare_value(differences, pointer + "/result", node.result, state.result);
        compare_value(differences, pointer + "/error", node.error, json_of(state.error));
    }
    return differences.items();
}

std::optional<model::Problem> problem_of_end(const runtime::DryRunEnd& end,
                                             const model::Plan& plan) {
    if (end.unanswered) {
        const std::string& id = plan.nodes[end.unanswered->node].id;
        model::Problem problem = problem_at(pointer_below("/mocks", id), "not_mocked",
                                            end.unanswered->why.detail, end.unanswered->why.mend);
        problem.node_id = id;
        return problem;
    }
    if (end.stopped)
        return problem_at("", std::string(to_string(end.stopped->code)), end.stopped->message, "");
    return std::nullopt;
}

json::value value_for_reader(const std::optional<JsonText>& value) {
    if (!value) return nullptr;
    if (value->size_bytes() <= limits::listed_value_bytes) return value->to_value();
    return shortened(value->to_value());
}

// Of the steps that were reached: the others say nothing.
json::object run_json(const engine::RunState& run, const model::Plan& plan) {
    json::object nodes;
    for (std::size_t i = 0; i < run.nodes.size(); ++i)
        if (was_reached(run.nodes[i]))
            nodes[plan.nodes[i].id] =
                json::object{{"status", engine::to_string(run.nodes[i].status)},
                             {"attempts", run.nodes[i].attempt}};
    return {{"status", engine::to_string(run.status)},
            {"output", value_for_reader(run.output)},
            {"error", value_for_reader(json_of(run.error))},
            {"nodes", std::move(nodes)}};
}

FlowTestResult run_case(const FlowTestBench& bench, const FlowUnderTest& flow,
                        const FlowTestCase& test, const runtime::DryRunBounds& bounds,
                        FlowCoverage& coverage) {
    FlowTestResult result;
    result.name = test.name;
    result.problem = first_unknown(test, *flow.plan);
    if (result.problem) return result;
    const std::int64_t began = bench.clock.monotonic_ms();
    MockedWorld world(test);
    const FlowTestEnvironment environment(test.env, bench.vault, *flow.plan);
    const runtime::DryRunParts parts = bench.dry_run_parts();
    runtime::DryRunStart start = start_of(bench, flow, test);
    const Instant at = start.at;
    const runtime::DryRunEnd end =
        runtime::carry_out_dry(parts, std::move(start), world, environment, bounds);
    result.duration_ms = bench.clock.monotonic_ms() - began;
    result.simulated_ms = (end.at - at).milliseconds;
    result.problem = problem_of_end(end, *flow.plan);
    if (!result.problem) result.differences = compare_run(test.expect, end.state, *flow.plan);
    result.passed = !result.problem && result.differences.empty();
    result.run = run_json(end.state, *flow.plan);
    coverage.add(end.state);
    return result;
}

json::object test_result_json(const FlowTestResult& result) {
    json::object object{{"name", result.name}, {"passed", result.passed}};
    for (const char* name : {"status", "output", "error"}) {
        const json::value* value = result.run.if_contains(name);
        object[name] = value ? *value : json::value();
    }
    object["problem"] = result.problem ? problems_json({*result.problem}).front() : json::value();
    object["differences"] = differences_json(result.differences, "expected", "found");
    const json::value* nodes = result.run.if_contains("nodes");
    object["nodes"] = nodes ? *nodes : json::object();
    object["durationMs"] = result.duration_ms;
    object["simulatedMs"] = result.simulated_ms;
    return object;
}

}  // namespace

std::size_t FlowTestReport::failed_count() const {
    return static_cast<std::size_t>(std::ranges::count(results, false, &FlowTestResult::passed));
}

FlowTestReport run_flow_tests(const FlowTestBench& bench, const FlowUnderTest& flow,
                              const std::vector<FlowTestCase>& cases,
                              const std::atomic<bool>& stop) {
    FlowTestReport report{{}, FlowCoverage(flow.plan), std::nullopt};
    report.stopped = carry_out_series(
        {"tests", cases.size(), bench.clock, stop},
        [&](std::size_t place, const runtime::DryRunBounds& bounds) {
            report.results.push_back(run_case(bench, flow, cases[place], bounds, report.coverage));
        });
    return report;
}

json::object flow_test_report_json(const FlowTestReport& report) {
    json::array results;
    for (const FlowTestResult& result : report.results) results.push_back(test_result_json(result));
    const std::size_t failed = report.failed_count();
    json::object object{{"passed", report.passed()}};
    object["counts"] = json::object{{"passed", report.results.size() - failed}, {"failed", failed}};
    object["results"] = std::move(results);
    object["coverage"] = report.coverage.to_json();
    object["stopped"] = report.stopped ? json::value(report.stopped->message) : json::value();
    return object;
}

}  // namespace swiftgrid::control
