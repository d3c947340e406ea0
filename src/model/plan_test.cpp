#include "model/plan.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "base/limits.h"
#include "model/flow_json.h"
#include "model/test_types.h"

namespace swiftgrid::model {
namespace {

Flow flow_of(std::string_view nodes, std::string_view edges = "") {
    const auto document = parse_json(R"({"graph":{"nodes":[)" + std::string(nodes) +
                                     R"(],"edges":[)" + std::string(edges) + "]}}");
    std::vector<Problem> problems;
    return read_flow(document.value(), test_types(), problems).value();
}

Result<PlanPtr> plan_of(std::string_view nodes, std::string_view edges = "") {
    return make_plan(flow_of(nodes, edges), test_types(), {});
}

TEST(MakePlan, FillsInTheDefaultsOfTheSchema) {
    const auto plan = plan_of(R"({"id":"a","type":"WORK",
        "data":{"URL":"u","the_method":"get","list":[{"id":"x"}],"retry":{"maxRetries":null}}})");
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    const PlanNode& node = (*plan)->nodes[0];
    EXPECT_EQ(node.data.at("method"), "GET");
    EXPECT_EQ(node.data.at("count"), 3);
    EXPECT_EQ(node.data.at("list").at(0).at("on"), true);
    EXPECT_EQ(node.timeout_ms, 30'000);
    EXPECT_EQ(node.on_error, OnError::fail);
    EXPECT_EQ(node.join, JoinMode::all);
    EXPECT_EQ(node.label, "a");
    EXPECT_TRUE(node.has_input);
    EXPECT_EQ(node.retry.retries_max, 3U);
}

TEST(MakePlan, ReadsTheCommonMembers) {
    const auto plan = plan_of(
        R"({"id":"a","type":"work","data":{"url":"u","method":"POST","label":"Ask","join":"any",
            "onError":"continue","timeoutMs":5,"retry":{"maxRetries":2,"backoffMs":7,
            "backoffFactor":1.5,"maxBackoffMs":8,"jitter":0,"retryOn":[404,"5xx"]}}})");
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    const PlanNode& node = (*plan)->nodes[0];
    EXPECT_EQ(node.label, "Ask");
    EXPECT_EQ(node.join, JoinMode::any);
    EXPECT_EQ(node.on_error, OnError::carry_on);
    EXPECT_EQ(node.timeout_ms, 5);
    EXPECT_EQ(node.retry, (RetryPolicy{2, 7, 1.5, 8, 0, {"404", "5xx"}}));
}

TEST(MakePlan, GivesRetriesOnlyToWhatTalksToTheOutside) {
    const auto plan = plan_of(
        R"({"id":"a","type":"work","data":{"url":"u","method":"POST"}},
           {"id":"b","type":"step","data":{"retry":{"maxRetries":5}}})");
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ((*plan)->nodes[0].retry.retries_max, 0U);
    EXPECT_EQ((*plan)->nodes[1].retry.retries_max, 0U);
    EXPECT_FALSE((*plan)->nodes[1].has_input);
}

TEST(MakePlan, LetsABranchWithoutAnEdgeActAsFail) {
    const std::string nodes = R"({"id":"a","type":"work","data":{"url":"u","onError":"branch"}},
                                 {"id":"b","type":"step"})";
    const auto loose = plan_of(nodes, R"({"source":"a","target":"b"})");
    EXPECT_EQ((*loose)->nodes[0].on_error, OnError::fail);
    const auto bound = plan_of(nodes, R"({"source":"a","sourceHandle":"error","target":"b"})");
    EXPECT_EQ((*bound)->nodes[0].on_error, OnError::branch);
    EXPECT_EQ((*bound)->edges[0].source_handle, "error");
}

TEST(MakePlan, RefusesWhatCannotRun) {
    const std::vector<std::tuple<const char*, const char*, ErrorCode>> cases = {
        {"", "", ErrorCode::invalid_document},
        {R"({"type":"step"})", "", ErrorCode::invalid_document},
        {R"({"id":"a","type":"nope"})", "", ErrorCode::invalid_document},
        {R"({"id":"a","type":"later"})", "", ErrorCode::not_available},
        {R"({"id":"a","type":"step"},{"id":"a","type":"step"})", "", ErrorCode::invalid_document},
        {R"({"id":"a","type":"step"})", R"({"source":"a","target":"b"})",
         ErrorCode::invalid_document},
        {R"({"id":"a","type":"step"})", R"({"source":"a","target":"a"})",
         ErrorCode::invalid_document},
        {R"({"id":"a","type":"work","data":{"url":"{{x"}})", "", ErrorCode::invalid_document},
    };
    for (const auto& [nodes, edges, code] : cases) {
        const auto plan = plan_of(nodes, edges);
        ASSERT_FALSE(plan.has_value()) << nodes;
        EXPECT_EQ(plan.error().code, code) << plan.error().message;
    }
}

TEST(MakePlan, SurvivesDataOfTheWrongTypes) {
    const auto plan = plan_of(
        R"({"id":"a","type":"work","data":{"url":1,"list":[1,null],"retry":[],"timeoutMs":1e300,
            "onError":7,"join":{}}})");
    EXPECT_TRUE(plan.has_value());
}

// A random graph without cycles whose nodes stand in random order in the document.
struct RandomGraph {
    Flow flow;
    std::vector<std::set<NodeIndex>> sources;  // of each node
};

RandomGraph random_graph(std::mt19937_64& random, std::size_t node_count, std::size_t edge_count) {
    std::vector<NodeIndex> rank(node_count);
    std::iota(rank.begin(), rank.end(), NodeIndex{0});
    std::ranges::shuffle(rank, random);
    RandomGraph graph;
    graph.flow.name = "random";
    graph.sources.resize(node_count);
    for (std::size_t i = 0; i < node_count; ++i)
        graph.flow.graph.nodes.push_back({"n" + std::to_string(i), "step", {}, ""});
    for (std::size_t i = 0; i < edge_count && node_count > 1; ++i) {
        auto source = static_cast<NodeIndex>(random() % node_count);
        auto target = static_cast<NodeIndex>(random() % node_count);
        if (source == target) continue;
        if (rank[source] > rank[target]) std::swap(source, target);
        graph.flow.graph.edges.push_back({"e" + std::to_string(i), "n" + std::to_string(source), "",
                                          "n" + std::to_string(target)});
        graph.sources[target].insert(source);
    }
    return graph;
}

// The definition itself: everything from which a way leads to the node.
std::vector<NodeIndex> upstream_by_definition(const RandomGraph& graph, NodeIndex node) {
    std::set<NodeIndex> found;
    std::vector<NodeIndex> open{node};
    while (!open.empty()) {
        const NodeIndex next = open.back();
        open.pop_back();
        for (const NodeIndex source : graph.sources[next])
            if (found.insert(source).second) open.push_back(source);
    }
    return {found.begin(), found.end()};
}

TEST(MakePlan, OrdersAndClosesRandomGraphs) {
    const char* given = std::getenv("SWIFTGRID_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    SCOPED_TRACE("SWIFTGRID_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (int round = 0; round < 200; ++round) {
        const std::size_t node_count = 1 + random() % 80;
        const auto graph = random_graph(random, node_count, random() % (3 * node_count));
        const auto plan = make_plan(graph.flow, test_types(), {});
        ASSERT_TRUE(plan.has_value()) << plan.error().message;
        std::vector<std::size_t> place(node_count);
        ASSERT_EQ((*plan)->topological.size(), node_count);
        for (std::size_t i = 0; i < node_count; ++i) place[(*plan)->topological[i]] = i;
        for (const PlanEdge& edge : (*plan)->edges)
            ASSERT_LT(place[edge.source], place[edge.target]);
        for (NodeIndex i = 0; i < node_count; ++i) {
            const PlanNode& node = (*plan)->nodes[i];
            ASSERT_EQ(node.upstream, upstream_by_definition(graph, i));
            ASSERT_TRUE(std::ranges::equal(node.predecessors, graph.sources[i]));
            for (const EdgeIndex edge : node.incoming) ASSERT_EQ((*plan)->edges[edge].target, i);
            for (const EdgeIndex edge : node.outgoing) ASSERT_EQ((*plan)->edges[edge].source, i);
        }
    }
}

TEST(MakePlan, PrefersDocumentOrder) {
    const auto plan =
        plan_of(R"({"id":"c","type":"step"},{"id":"b","type":"step"},{"id":"a","type":"step"})",
                R"({"source":"a","target":"c"})");
    EXPECT_EQ((*plan)->topological, (std::vector<NodeIndex>{1, 2, 0}));
    EXPECT_EQ((*plan)->find("a"), NodeIndex{2});
    EXPECT_EQ((*plan)->find("x"), std::nullopt);
}

TEST(MakePlan, TakesTheLargestGraph) {
    std::mt19937_64 random(1);
    const auto graph = random_graph(random, limits::graph_nodes, limits::graph_edges);
    const auto plan = make_plan(graph.flow, test_types(), {});
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ((*plan)->nodes.size(), limits::graph_nodes);
}

}  // namespace
}  // namespace swiftgrid::model
