#include "control/n8n/convert.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "control/n8n/workflow_test.h"

namespace swiftgrid::control::n8n {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(N8nHostile, WhatHasNoCounterpartFailsWhenItIsReached) {
    const auto done = convert(
        n8n_workflow({n8n_node("Tell", "slack", {{"text", "*/ throw 1; \"); evil(\""}})}, {}));
    ASSERT_TRUE(done);
    const json::object* step = step_of(done->documents[0], "tell");
    ASSERT_TRUE(step);
    EXPECT_EQ(step->at("type").as_string(), "code-execution");
    const std::string code(step->at("data").at("code").as_string());
    EXPECT_THAT(code, HasSubstr("throw new Error("));
    EXPECT_THAT(code, Not(HasSubstr("evil"))) << "data is not code";
    EXPECT_EQ(step->at("n8n").at("parameters").at("text").as_string(), "*/ throw 1; \"); evil(\"");
    EXPECT_EQ(done->report.nodes.at(0).outcome, NodeOutcome::unsupported);
}

TEST(N8nHostile, WorkflowsInsideThemselvesEnd) {
    json::value inner = n8n_workflow({n8n_node("X", "set")}, {});
    constexpr int depth = 9;
    for (int i = 0; i < depth; ++i)
        inner = n8n_workflow(
            {n8n_node("Call", "executeWorkflow", {{"workflowJson", to_json(inner)}}, 1.2)}, {});
    const auto done = convert(inner);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->documents.size(), limits::import_loop_depth);
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("cannot be read")));
}

TEST(N8nHostile, TakesAnythingWithoutACrash) {
    for (
        const char* text : {
            R"({"nodes":[1,null,"x",[],{}]})",
            R"({"nodes":[{"type":7,"name":{}}],"connections":7})",
            R"({"nodes":[{"type":"a.set","name":"A","parameters":[],"position":"x"}]})",
            R"({"nodes":[{"type":".","name":""},{"type":"set","name":""}],"connections":{"":{"main":[null,[null,7,{"node":7}]]}}})",
            R"({"nodes":[{"type":"x.switch","name":"S","typeVersion":"x","parameters":{"rules":{"values":[1,{}]},"options":{"fallbackOutput":-1}}}]})",
            R"({"nodes":[{"type":"x.merge","name":"M"},{"type":"x.set","name":"A"}],"connections":{"A":{"main":[[{"node":"M","index":999999999999}]]},"M":{"main":[[{"node":"M"}]]}}})",
            R"({"nodes":[{"type":"x.splitInBatches","name":"L"}],"connections":{"L":{"main":[[{"node":"L"}],[{"node":"L"}]]}}})",
            R"({"nodes":[{"type":"x.noOp","name":"N"}],"connections":{"N":{"main":[[{"node":"N"}]]}}})",
            R"({"nodes":[{"type":"x.wait","name":"W","parameters":{"amount":1e308,"unit":"days"}}]})",
            R"({"nodes":[{"type":"x.httpRequest","name":"H","parameters":{"headerParameters":{"parameters":[{"name":"a","value":1},{"name":"a","value":2},{"name":"a"}]},"sendHeaders":true,"options":7}}]})",
            R"({"nodes":[{"type":"x.scheduleTrigger","name":"T","parameters":{"rule":{"interval":["x"]}}}]})",
            R"({"nodes":[{"type":"@n8n/n8n-nodes-langchain.lmChatOpenAi","name":"M"},{"type":"@n8n/n8n-nodes-langchain.chainLlm","name":"C"}],"connections":{"M":{"ai_languageModel":[[{"node":"C"}]]}}})",
        }) {
        const auto done = convert(parse_json(text).value());
        ASSERT_TRUE(done) << text;
        EXPECT_EQ(done->documents.size(), 1U) << text;
    }
}

TEST(N8nHostile, NamesMayBeAnything) {
    const auto done = convert(
        n8n_workflow({n8n_node("日本", "set"), n8n_node("日本", "set"), n8n_node("Für", "set"),
                      n8n_node("1st", "set"), n8n_node("$env", "set"),
                      n8n_node("constructor", "set"), n8n_node(std::string(500, 'x'), "set")},
                     {"日本->Für"}));
    ASSERT_TRUE(done);
    for (const char* id : {"step", "step_2", "f_r", "step_1st", "env", "constructor_step"})
        EXPECT_TRUE(step_of(done->documents[0], id)) << id;
    EXPECT_THAT(edges_of(done->documents[0]), testing::ElementsAre("step->f_r"));
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("this one is '日本 2' now")));
}

TEST(N8nHostile, RefusesWhatIsTooLarge) {
    json::array many;
    for (std::size_t i = 0; i <= limits::graph_nodes; ++i) many.push_back(n8n_node("A", "set"));
    auto refused = convert(n8n_workflow(many, {}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problems.front().pointer, "/nodes");
    EXPECT_EQ(refused.error().problems.front().code, "too_large");

    json::value deep = 1;
    for (std::size_t i = 0; i < limits::json_depth - 8; ++i) deep = json::array{deep};
    refused = convert(n8n_workflow({n8n_node("A", "slack", {{"x", deep}})}, {}));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().problems.front().detail, HasSubstr("nested deeper"));
    EXPECT_FALSE(convert(n8n_workflow({}, {})));
}

TEST(N8nHostile, WhatIsTooDeepInsideATextIsNotTaken) {
    std::string deep = R"({"nodes":[{"type":"x.slack","name":"S","parameters":{"a":)";
    constexpr std::size_t levels = limits::json_depth - 10;
    deep += std::string(levels, '[') + std::string(levels, ']') + "}}]}";
    const auto done = convert(
        n8n_workflow({n8n_node("Call", "executeWorkflow", {{"workflowJson", deep}}, 1.2)}, {}));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->documents.size(), 1U);
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("cannot be read")));
    for (const json::object& document : done->documents)
        EXPECT_TRUE(parse_json(to_json(document))) << "it can be stored and read";
}

TEST(N8nHostile, LongNamesAreCut) {
    constexpr std::size_t count = 50;
    const std::string name(100'000, 'x');
    json::array nodes{n8n_node(name, "slack"), n8n_node("B", "set")};
    json::array targets;
    for (std::size_t i = 0; i < count; ++i)
        targets.push_back(json::object{{"node", "nobody " + std::to_string(i)}});
    targets.push_back(json::object{{"node", "B"}});
    json::object links;
    links[name] = json::object{{"main", json::array(1, json::value(targets))}};
    const auto done = convert(json::object{
        {"name", name}, {"nodes", std::move(nodes)}, {"connections", std::move(links)}});
    ASSERT_TRUE(done);
    for (const ImportNote& note : done->report.notes)
        EXPECT_LE(note.flow.size() + note.node.size() + note.pointer.size(), 1'000U);
    EXPECT_EQ(edges_of(done->documents[0]).size(), 1U) << "connections go by the whole name";
}

TEST(N8nHostile, WhatThereIsNoRoomForIsCounted) {
    ImportReport report;
    for (std::size_t i = 0; i < limits::import_notes + 3; ++i)
        report.add(ImportNote{NoteSeverity::info, "W", "", "", "", std::to_string(i), ""});
    const json::object told = report_json(report);
    EXPECT_THAT(std::string(told.at("notes").as_array().back().at("reason").as_string()),
                HasSubstr("3 more notes"));
}

TEST(N8nHostile, ManyWorkflowsHaveABoundTogether) {
    json::array nodes;
    for (std::size_t i = 0; i < limits::graph_nodes; ++i)
        nodes.push_back(json::object{{"type", "x.noOp"}, {"name", std::to_string(i)}});
    json::array file;
    for (std::size_t i = 0; i <= limits::bundle_nodes / limits::graph_nodes; ++i)
        file.push_back(n8n_workflow(nodes, {}));
    const auto refused = convert(file);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problems.front().code, "too_large");
}

TEST(N8nHostile, ConnectionsThereIsNoRoomForAreCounted) {
    json::array targets;
    for (std::size_t i = 0; i < limits::graph_edges + 5; ++i)
        targets.push_back(json::object{{"node", "B"}, {"index", i}});
    // Beyond a bound the number of an input is that bound.
    json::object links;
    links["A"] = json::object{{"main", json::array(9, json::value(targets))}};
    const auto done =
        convert(json::object{{"nodes", json::array{n8n_node("A", "set"), n8n_node("B", "set")}},
                             {"connections", std::move(links)}});
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("too many connections")));
}

TEST(N8nHostile, ManyWaysBackTakeNoTime) {
    constexpr std::size_t count = 300;
    json::array nodes;
    json::object links;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string name = "n" + std::to_string(i);
        nodes.push_back(n8n_node(name, "set"));
        json::array targets;
        for (std::size_t k = 0; k < 50; ++k)
            targets.push_back(json::object{{"node", "n" + std::to_string((i * 7 + k * 13) % count)},
                                           {"index", 0}});
        links[name] = json::object{{"main", json::array(1, json::value(targets))}};
    }
    const auto done =
        convert(json::object{{"nodes", std::move(nodes)}, {"connections", std::move(links)}});
    ASSERT_TRUE(done);
    EXPECT_LE(done->report.notes.size(), limits::import_notes);
}

}  // namespace
}  // namespace swiftgrid::control::n8n
