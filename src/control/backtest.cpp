#include "control/backtest.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "control/dry_run_series.h"
#include "control/problem_view.h"
#include "engine/status.h"

namespace swiftgrid::control {
namespace {

using runtime::ReplayedRun;

std::optional<json::value> value_of(const std::optional<JsonText>& text) {
    return text ? std::optional(text->to_value()) : std::nullopt;
}

void compare_optional(Differences& differences, const std::string& pointer,
                      const std::optional<json::value>& recorded,
                      const std::optional<json::value>& now) {
    if (recorded && now)
        differences.compare(pointer, *recorded, *now);
    else if (recorded || now)
        differences.add({pointer, recorded, now});
}

std::optional<json::value> error_value(const std::optional<engine::RunError>& error) {
    return error ? std::optional(engine::to_json_text(*error).to_value()) : std::nullopt;
}

// Of a step that was stopped it is that of an attempt before, which is a matter of time.
std::optional<json::value> error_value(const engine::NodeState& node) {
    if (node.status == engine::NodeStatus::cancelled) return std::nullopt;
    return error_value(node.error);
}

std::optional<json::value> status_value(const engine::NodeState& node) {
    if (node.status == engine::NodeStatus::skipped || node.status == engine::NodeStatus::pending)
        return std::nullopt;
    return json::value(engine::to_string(node.status));
}

// A step that one of them has not, or never came to, is one that nothing became of.
void compare_node(Differences& differences, const std::string& id, const engine::NodeState* before,
                  const engine::NodeState* now) {
    const std::string pointer = pointer_below("/nodes", id);
    compare_optional(differences, pointer + "/status",
                     before ? status_value(*before) : std::nullopt,
                     now ? status_value(*now) : std::nullopt);
    if (!before || !now) return;
    compare_optional(differences, pointer + "/result", value_of(before->result),
                     value_of(now->result));
    compare_optional(differences, pointer + "/error", error_value(*before), error_value(*now));
}

std::vector<Difference> compare_runs(const ReplayedRun& recorded, const engine::RunState& now,
                                     const model::Plan& plan) {
    Differences differences(Match::exact, limits::flow_test_differences);
    differences.compare("/status", json::value(engine::to_string(recorded.state.status)),
                        json::value(engine::to_string(now.status)));
    compare_optional(differences, "/output", value_of(recorded.state.output), value_of(now.output));
    compare_optional(differences, "/error", error_value(recorded.state.error),
                     error_value(now.error));
    for (std::size_t i = 0; i < recorded.plan->nodes.size(); ++i) {
        const std::string& id = recorded.plan->nodes[i].id;
        const auto same = plan.find(id);
        compare_node(differences, id, &recorded.state.nodes[i], same ? &now.nodes[*same] : nullptr);
    }
    for (std::size_t i = 0; i < plan.nodes.size(); ++i)
        if (!recorded.plan->find(plan.nodes[i].id))
            compare_node(differences, plan.nodes[i].id, nullptr, &now.nodes[i]);
    return differences.items();
}

// As it was started, but of the graph under test: with the same id and time, so that `$run` and
// what was drawn from them are the same.
runtime::DryRunStart start_like(const engine::RunState& recorded, const FlowUnderTest& flow) {
    runtime::DryRunStart start;
    start.run = recorded.id;
    start.plan = flow.plan;
    start.at = recorded.created_at;
    engine::RunCreated& created = start.command.created;
    created = recorded.created;
    created.version = flow.version;
    created.graph = flow.plan->graph_id;
    created.snapshots = {};
    // A run that another one called had what that had left.
    if (!created.parent)
        created.deadline =
            flow.timeout_ms ? std::optional(start.at + Duration{*flow.timeout_ms}) : std::nullopt;
    return start;
}

model::Problem unanswered_problem(const runtime::DryRunEnd::Unanswered& unanswered,
                                  const model::Plan& plan) {
    const std::string& id = plan.nodes[unanswered.node].id;
    model::Problem problem = problem_at(pointer_below("/nodes", id), "not_recorded",
                                        unanswered.why.detail, unanswered.why.mend);
    problem.node_id = id;
    return problem;
}

void stop_run(BacktestRun& run, const Error& error) {
    run.outcome = BacktestOutcome::stopped;
    run.problem = problem_at("", std::string(to_string(error.code)), error.message, "");
}

BacktestRun run_again(const FlowTestBench& bench, const FlowUnderTest& flow,
                      const store::RunSummary& summary, const ReadRecorded& read,
                      const runtime::DryRunBounds& bounds, FlowCoverage& coverage) {
    BacktestRun run;
    run.recorded = summary;
    RecordedWorld world;
    const auto recorded =
        read(summary.row.id,
             [&](const engine::Event& event, const model::Plan& plan) { world.note(event, plan); });
    if (!recorded) {
        stop_run(run, recorded.error());
        return run;
    }
    const runtime::DryRunParts parts = bench.dry_run_parts();
    const runtime::RecordedEnvironment environment(*bench.vault);
    const runtime::DryRunEnd end = runtime::carry_out_dry(parts, start_like(recorded->state, flow),
                                                          world, environment, bounds);
    coverage.add(end.state);
    run.asked_else = world.asked_else();
    if (end.stopped) {
        stop_run(run, *end.stopped);
        return run;
    }
    if (end.unanswered) {
        run.outcome = BacktestOutcome::unanswered;
        run.problem = unanswered_problem(*end.unanswered, *flow.plan);
        return run;
    }
    run.differences = compare_runs(*recorded, end.state, *flow.plan);
    if (!run.differences.empty() || !run.asked_else.empty())
        run.outcome = BacktestOutcome::different;
    return run;
}

json::object run_json_of(const BacktestRun& run) {
    json::array asked;
    for (const AskedElse& each : run.asked_else)
        asked.push_back(
            json::object{{"nodeId", each.node_id},
                         {"attempt", each.attempt},
                         {"differences", differences_json(each.differences, "recorded", "now")}});
    const store::RunRow& row = run.recorded.row;
    return {{"runId", to_string(row.id)},
            {"version", row.version ? json::value(*row.version) : json::value()},
            {"createdAt", to_rfc3339(row.created_at)},
            {"status", row.status},
            {"outcome", to_string(run.outcome)},
            {"differences", differences_json(run.differences, "recorded", "now")},
            {"asked", std::move(asked)},
            {"problem", run.problem ? problems_json({*run.problem}).front() : json::value()}};
}

constexpr std::array outcomes = {BacktestOutcome::same, BacktestOutcome::different,
                                 BacktestOutcome::unanswered, BacktestOutcome::stopped};

}  // namespace

std::string_view to_string(BacktestOutcome outcome) {
    switch (outcome) {
        case BacktestOutcome::same: return "same";
        case BacktestOutcome::different: return "different";
        case BacktestOutcome::unanswered: return "unanswered";
        case BacktestOutcome::stopped: return "stopped";
    }
    return "";
}

BacktestReport run_backtest(const FlowTestBench& bench, const FlowUnderTest& flow,
                            const std::vector<store::RunSummary>& runs, const ReadRecorded& read,
                            const std::atomic<bool>& stop) {
    BacktestReport report{{}, FlowCoverage(flow.plan), std::nullopt};
    report.stopped =
        carry_out_series({"runs", runs.size(), bench.clock, stop},
                         [&](std::size_t place, const runtime::DryRunBounds& bounds) {
                             report.runs.push_back(run_again(bench, flow, runs[place], read, bounds,
                                                             report.coverage));
                         });
    return report;
}

json::object backtest_report_json(const BacktestReport& report) {
    json::object counts;
    for (const BacktestOutcome outcome : outcomes)
        counts[to_string(outcome)] =
            std::ranges::count(report.runs, outcome, &BacktestRun::outcome);
    json::array runs;
    for (const BacktestRun& run : report.runs) runs.push_back(run_json_of(run));
    json::object object{{"counts", std::move(counts)}};
    object["runs"] = std::move(runs);
    object["coverage"] = report.coverage.to_json();
    object["stopped"] = report.stopped ? json::value(report.stopped->message) : json::value();
    return object;
}

}  // namespace swiftgrid::control
