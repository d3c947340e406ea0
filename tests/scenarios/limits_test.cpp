// Graphs and values at their limits (base/limits.h).

#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/scenarios/run_under_test.h"
#include "tests/scenarios/test_nodes.h"

namespace swiftgrid::testing {
namespace {

using engine::NodeStatus;
using engine::RunStatus;

model::Graph chain(std::size_t count, const char* type) {
    model::Graph graph;
    for (std::size_t i = 0; i < count; ++i) {
        graph.nodes.push_back(test_node("n" + std::to_string(i), type));
        if (i > 0) graph.edges.push_back(test_edge(graph.nodes[i - 1].id, "", graph.nodes[i].id));
    }
    return graph;
}

engine::CompleteNode completion(model::NodeIndex node, JsonText result) {
    return {node, 1, std::move(result), std::nullopt, 0, std::nullopt};
}

JsonText text_of_bytes(std::size_t count) {
    return JsonText::trusted('"' + std::string(count - 2, 'x') + '"');
}

TEST(Limits, TheLongestChainOfInstantNodesIsOneTurn) {
    RunUnderTest run(plan_of(chain(limits::graph_nodes, "instant")));
    const auto turn = run.start(JsonText::trusted("[1]"));
    EXPECT_EQ(run.problem(), "");
    EXPECT_EQ(run.state().status, RunStatus::completed);
    EXPECT_EQ(run.state().output, JsonText::trusted("[1]"));
    EXPECT_EQ(turn.events.size(), 3 + 3 * limits::graph_nodes);
}

TEST(Limits, TheLongestChainIsSkippedInOneTurn) {
    model::Graph graph = chain(limits::graph_nodes, "task");
    graph.nodes[0].data["outputs"] = json::array{"taken", "other"};
    graph.edges[0].source_handle = "taken";
    RunUnderTest run(plan_of(graph));
    run.start(JsonText());
    engine::CompleteNode done = completion(0, JsonText());
    done.outputs = {"other"};
    run.handle(done);
    EXPECT_EQ(run.problem(), "");
    EXPECT_EQ(run.state().status, RunStatus::completed);
    EXPECT_EQ(run.state().nodes.back().status, NodeStatus::skipped);
}

TEST(Limits, TheWidestJoinWaitsForAllOfItsEdges) {
    model::Graph graph;
    for (std::size_t i = 0; i + 1 < limits::graph_nodes; ++i) {
        graph.nodes.push_back(test_node("n" + std::to_string(i), "instant"));
        graph.edges.push_back(test_edge(graph.nodes[i].id, "", "join"));
    }
    graph.nodes.push_back(test_node("join", "task"));
    RunUnderTest run(plan_of(graph));
    run.start(JsonText::trusted("1"));
    EXPECT_EQ(run.problem(), "");
    EXPECT_EQ(run.state().nodes.back().status, NodeStatus::running);
    EXPECT_EQ(run.owed().size(), 1u);
}

TEST(Limits, AResultAtTheLimitIsKept) {
    RunUnderTest run(plan_of(chain(1, "task")));
    run.start(JsonText());
    run.handle(completion(0, text_of_bytes(limits::node_result_bytes)));
    EXPECT_EQ(run.state().status, RunStatus::completed);
}

TEST(Limits, AResultOverTheLimitFailsTheNodeAndNamesTheLimit) {
    RunUnderTest run(plan_of(chain(1, "task")));
    run.start(JsonText());
    run.handle(completion(0, text_of_bytes(limits::node_result_bytes + 1)));
    EXPECT_EQ(run.problem(), "");
    ASSERT_EQ(run.state().status, RunStatus::failed);
    EXPECT_EQ(run.state().error->code, "too_large");
    EXPECT_EQ(run.state().error->message,
              "the node's result has 16777217 bytes, the limit is 16777216");
}

TEST(Limits, AnInputOverTheLimitFailsTheNode) {
    model::Graph graph = chain(2, "task");
    graph.nodes[1].data["input"] = "{{n0}}{{n0}}";
    RunUnderTest run(plan_of(graph));
    run.start(JsonText());
    run.handle(completion(0, text_of_bytes(limits::node_result_bytes)));
    EXPECT_EQ(run.problem(), "");
    ASSERT_EQ(run.state().status, RunStatus::failed);
    EXPECT_EQ(run.state().error->code, "too_large");
    EXPECT_EQ(run.state().error->node_id, "n1");
}

std::string brackets(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
}

TEST(Limits, AResultThatIsTooDeepFailsTheNode) {
    RunUnderTest run(plan_of(chain(1, "task")));
    run.start(JsonText());
    run.handle(completion(0, JsonText::trusted(brackets(limits::json_depth + 1))));
    EXPECT_EQ(run.problem(), "");
    ASSERT_EQ(run.state().status, RunStatus::failed);
    EXPECT_EQ(run.state().error->message, "the node's result is nested deeper than 128 levels");
}

TEST(Limits, ResultsThatAreTooDeepTogetherFailTheJoin) {
    model::Graph graph;
    for (const char* id : {"a", "b", "join"}) graph.nodes.push_back(test_node(id, "task"));
    graph.edges = {test_edge("a", "", "join"), test_edge("b", "", "join")};
    RunUnderTest run(plan_of(graph));
    run.start(JsonText());
    run.handle(completion(0, JsonText::trusted(brackets(limits::json_depth))));
    run.handle(completion(1, JsonText()));
    EXPECT_EQ(run.problem(), "");
    ASSERT_EQ(run.state().status, RunStatus::failed);
    EXPECT_EQ(run.state().error->node_id, "join");
    EXPECT_EQ(run.state().error->message, "the node's input is nested deeper than 128 levels");
}

TEST(Limits, DetailsThatAreTooDeepAreLeftOut) {
    model::Graph graph = chain(1, "task");
    graph.nodes[0].data["onError"] = "continue";
    RunUnderTest run(plan_of(graph));
    run.start(JsonText());
    engine::FailNode failure{0, 1, engine::make_run_error("code", "message"), 0, std::nullopt};
    failure.error.details = JsonText::trusted(brackets(limits::json_depth - 1));
    run.handle(failure);
    EXPECT_EQ(run.problem(), "");
    EXPECT_EQ(run.state().output->view(),
              R"({"error":{"code":"code","message":"message","nodeId":"n0"}})");
}

TEST(Limits, ExtrasThatSayNothingAreNotKept) {
    for (const char* extras : {"{}", "[1]", "null"}) {
        RunUnderTest run(plan_of(chain(1, "task")));
        run.start(JsonText());
        engine::CompleteNode done = completion(0, JsonText());
        done.extras = JsonText::trusted(extras);
        run.handle(done);
        EXPECT_EQ(run.problem(), "");
        EXPECT_FALSE(run.state().nodes[0].extras) << extras;
    }
}

}  // namespace
}  // namespace swiftgrid::testing
