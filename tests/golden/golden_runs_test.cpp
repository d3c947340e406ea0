// Whole logs with the state they fold to. The stored log must decode and fold to that state for
// ever; the web's fold is tested on the public events of the same files. Made from scenarios.

#include <gtest/gtest.h>

#include "engine/event_codec.h"
#include "tests/golden/golden_file.h"
#include "tests/scenarios/scenario.h"
#include "tests/scenarios/test_nodes.h"

namespace swiftgrid::testing {
namespace {

using namespace engine;

const std::filesystem::path runs_folder = std::filesystem::path(SWIFTGRID_GOLDEN_DIR) / "runs";

// scenario file, scenario
constexpr std::pair<const char*, const char*> sources[] = {
    {"linear", "a_chain_runs_node_after_node"},
    {"linear", "nodes_that_are_done_at_once_need_no_answer"},
    {"join", "branches_run_in_parallel_and_meet"},
    {"join", "join_any_starts_with_the_first_and_ignores_the_rest"},
    {"router", "two_branches_of_a_router_merge"},
    {"router", "no_match_and_no_default_skips_everything_behind"},
    {"failure", "nodes_in_flight_are_cancelled_when_the_run_fails"},
    {"failure", "continue_completes_the_node_with_its_error"},
    {"failure", "branch_takes_the_error_edge"},
    {"failure", "a_missing_value_fails_the_node"},
    {"output", "several_leaves_give_an_object_by_id"},
    {"output", "false_is_kept"},
    {"cancel", "cancel_stops_what_is_in_flight"},
    {"script_input", "scripts_are_evaluated_before_the_node_starts"},
    {"golden", "a_run_that_is_still_going_on"},
};

std::string expected_json(const RunState& run, const model::Plan& plan) {
    std::string out = "{\"status\":";
    append_json_string(out, to_string(run.status));
    out += ",\"output\":";
    out += run.output.value_or(JsonText()).view();
    out += ",\"error\":";
    out += run.error ? to_json_text(*run.error).view() : "null";
    out += ",\"nodeResults\":{";
    for (std::size_t i = 0; i < run.nodes.size(); ++i) {
        const NodeState& node = run.nodes[i];
        out += i > 0 ? ",\n    " : "\n    ";
        append_json_string(out, plan.nodes[i].id);
        out += ":{\"status\":";
        append_json_string(out, to_string(node.status));
        out += ",\"attempts\":" + std::to_string(node.attempt);
        if (node.result) out += ",\"result\":" + std::string(node.result->view());
        if (node.error) out += ",\"error\":" + std::string(to_json_text(*node.error).view());
        out += '}';
    }
    out += "}}";
    return out;
}

std::string node_ids_json(const model::Plan& plan) {
    std::string out = "[";
    for (const model::PlanNode& node : plan.nodes) {
        if (out.size() > 1) out += ',';
        append_json_string(out, node.id);
    }
    return out + "]";
}

std::string golden_text(const RunState& run, const std::vector<Event>& events,
                        const model::Plan& plan) {
    std::string out = "{\n  \"runId\": \"" + to_string(run.id) +
                      "\",\n  \"nodeIds\": " + node_ids_json(plan) + ",\n  \"base\": \"" +
                      to_rfc3339(events.front().at) + "\",\n  \"stored\": [";
    for (std::size_t i = 0; i < events.size(); ++i) {
        out += i > 0 ? ",\n    " : "\n    ";
        encode_events(out, {&events[i], 1}, events.front().at, plan);
    }
    out += "\n  ],\n  \"events\": [";
    for (std::size_t i = 0; i < events.size(); ++i) {
        out += i > 0 ? ",\n    " : "\n    ";
        append_public_event(out, run.id, events[i], plan);
    }
    return out + "\n  ],\n  \"expected\": " + expected_json(run, plan) + "\n}\n";
}

void accept_runs() {
    for (const auto& [file, name] : sources) {
        const auto path = std::filesystem::path(SWIFTGRID_SCENARIOS) / file;
        for (const Scenario& scenario : parse_scenarios(read_text(path.string() + ".scenario"))) {
            if (scenario.name != name) continue;
            const RunUnderTest run = play_scenario(scenario);
            write_text(runs_folder / (scenario.name + ".json"),
                       golden_text(run.state(), run.events(), run.plan()));
        }
    }
}

model::PlanPtr plan_with_nodes(const JsonText& node_ids) {
    model::Graph graph;
    for (const JsonText& id : elements(node_ids))
        graph.nodes.push_back(test_node(id.as_plain_text(), "task"));
    return plan_of(graph);
}

TEST(GoldenRuns, FoldToTheStateTheyFoldedToOnce) {
    if (accepts_golden()) accept_runs();
    std::size_t count = 0;
    for (const auto& path : files_in(runs_folder, ".json")) {
        SCOPED_TRACE(path.filename().string());
        ++count;
        const std::string text = read_text(path);
        const JsonText golden = JsonText::parse(text).value();
        const auto plan = plan_with_nodes(member(golden, "nodeIds"));
        const auto base = parse_rfc3339(member(golden, "base").as_plain_text()).value();
        const auto events = decode_events(member(golden, "stored").view(), 1, base, *plan);
        ASSERT_TRUE(events) << events.error().message;
        RunState state(parse_id<RunId>(member(golden, "runId").as_plain_text()).value(),
                       plan->nodes.size());
        for (const Event& event : *events) apply(state, event);
        EXPECT_EQ(golden_text(state, *events, *plan), text);
    }
    EXPECT_EQ(count, std::size(sources));
}

}  // namespace
}  // namespace swiftgrid::testing
