#include "model/flow_json.h"

#include <gtest/gtest.h>

#include "model/test_types.h"

namespace swiftgrid::model {
namespace {

Flow read(std::string_view document) {
    std::vector<Problem> problems;
    auto flow = read_flow(parse_json(document).value(), test_types(), problems);
    for (const Problem& problem : problems)
        ADD_FAILURE() << problem.pointer << ": " << problem.detail;
    return std::move(flow.value());
}

TEST(ReadFlow, ReplacesOldSpellings) {
    const Flow flow = read(R"({"graph":{"nodes":[
        {"id":"a","type":"WORK",
         "data":{"type":"WORK","URL":"u","url":"kept","the_method":"get"}}]}})");
    EXPECT_EQ(flow.name, "Untitled flow");
    EXPECT_EQ(flow.graph.nodes[0].type, "work");
    EXPECT_EQ(to_json(flow.graph.nodes[0].data), R"({"url":"kept","method":"GET"})");
}

TEST(ReadFlow, NamesEdgesThatHaveNoId) {
    const Flow flow = read(R"({"graph":{"nodes":[{"id":"a","type":"step"},{"id":"b","type":"step"}],
        "edges":[{"source":"a","target":"b","sourceHandle":null},
                 {"source":"a","target":"b","sourceHandle":"out"}]}})");
    EXPECT_EQ(flow.graph.edges[0].id, "a->b");
    EXPECT_EQ(flow.graph.edges[0].source_handle, "");
    EXPECT_EQ(flow.graph.edges[1].source_handle, "");
}

TEST(ReadFlow, KeepsUnusableEntriesInTheirPlace) {
    std::vector<Problem> problems;
    const Graph graph =
        read_graph(parse_json(R"({"nodes":[7,{"id":"b","type":"step"}],"edges":[null]})").value(),
                   test_types(), problems);
    ASSERT_EQ(graph.nodes.size(), 2U);
    EXPECT_EQ(graph.nodes[0].id, "");
    EXPECT_EQ(graph.nodes[1].id, "b");
    EXPECT_EQ(graph.edges.size(), 1U);
    EXPECT_EQ(problems.size(), 2U);
}

TEST(ReadGraph, KnowsTheBudget) {
    const auto budget_of = [](std::string_view budget) {
        std::vector<Problem> problems;
        return read_graph(
                   parse_json(R"({"nodes":[],"budget":)" + std::string(budget) + "}").value(),
                   test_types(), problems)
            .budget;
    };
    EXPECT_EQ(budget_of("null"), Budget{});
    EXPECT_EQ(budget_of(R"({"tokens":5,"usd":0.5})"), (Budget{5, 500'000'000}));
    EXPECT_EQ(budget_of(R"({"tokens":1e3,"usd":0})"), (Budget{1'000, 0}));
    EXPECT_EQ(budget_of(R"({"tokens":-5,"usd":null})"), Budget{});
    EXPECT_EQ(budget_of(R"({"tokens":0})"), Budget{});
    EXPECT_EQ(budget_of(R"({"tokens":1.5})"), Budget{});
    EXPECT_EQ(budget_of(R"({"tokens":1e300,"usd":1e300})"), Budget{});
}

TEST(WriteFlow, IsCanonicalAndKeepsWhatItDoesNotKnow) {
    const Flow flow = read(R"({"timeoutMs":5,"description":"d","name":"n",
        "graph":{"viewport":{"zoom":1},"edges":[
            {"target":"b","source":"a","id":"e","animated":true,"selected":true}],
        "nodes":[
            {"data":{"URL":"u"},"position":{"y":2.5,"x":-1.4},"type":"WORK","id":"a","width":9,
             "measured":{}},
            {"id":"b","type":"step"}]}})");
    const std::string written = to_json(write_flow(flow));
    EXPECT_EQ(written,
              R"({"format":"swiftgrid.flow","formatVersion":1,"name":"n","description":"d",)"
              R"("graph":{"nodes":[{"id":"a","type":"work","position":{"x":-1,"y":3},)"
              R"("data":{"url":"u"},"width":9},{"id":"b","type":"step","position":{"x":0,"y":0},)"
              R"("data":{}}],"edges":[{"id":"e","source":"a","target":"b","animated":true}],)"
              R"("viewport":{"zoom":1}},"timeoutMs":5})");
    EXPECT_EQ(to_json(write_flow(read(written))), written);
}

TEST(FlowSchema, HasOneDefinitionPerType) {
    const json::object schema = flow_schema(test_types());
    EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
    const auto& references =
        schema.at("properties").at("graph").at("properties").at("nodes").at("items").at("anyOf");
    ASSERT_EQ(references.as_array().size(), test_types().all().size());
    for (const NodeDescriptor& descriptor : test_types().all()) {
        const auto& definition = schema.at("$defs").at("node-" + descriptor.type);
        EXPECT_EQ(definition.at("properties").at("type").at("enum").at(0),
                  json::value(descriptor.type));
        EXPECT_TRUE(definition.at("properties")
                        .at("data")
                        .at("properties")
                        .as_object()
                        .contains("onError"));
    }
    EXPECT_EQ(schema.at("$defs").at("node-work").at("required"), (json::array{"id", "type"}));
}

TEST(Describe, SaysWhatTheEditorNeeds) {
    const json::object work = describe(test_types().all()[0]);
    EXPECT_EQ(work.at("type"), "work");
    EXPECT_EQ(work.at("aliases"), (json::array{"WORK"}));
    EXPECT_EQ(to_json(work.at("defaults")),
              R"({"method":"GET","count":3,"list":[],"timeoutMs":30000})");
    EXPECT_EQ(to_json(work.at("outputs")), R"([{"id":"","label":"","color":""}])");
    EXPECT_EQ(work.at("dynamicOutputs"), false);
    EXPECT_EQ(describe(test_types().all()[1]).at("dynamicOutputs"), true);
}

}  // namespace
}  // namespace swiftgrid::model
