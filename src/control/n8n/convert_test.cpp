#include "control/n8n/convert.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace swiftgrid::control::n8n {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

json::object n8n_node(std::string_view name, std::string_view kind, json::object parameters = {},
                      double version = 3) {
    return {{"name", name},
            {"type", "n8n-nodes-base." + std::string(kind)},
            {"typeVersion", version},
            {"position", json::array{0, 0}},
            {"parameters", std::move(parameters)}};
}

// "A->B", "A[1]->B": from an output, the first one if not said.
json::object connections(std::initializer_list<std::string> arrows) {
    json::object all;
    for (const std::string& arrow : arrows) {
        const auto at = arrow.find("->");
        std::string source = arrow.substr(0, at);
        std::size_t output = 0;
        if (const auto bracket = source.find('['); bracket != std::string::npos) {
            output = static_cast<std::size_t>(source[bracket + 1] - '0');
            source.resize(bracket);
        }
        if (!all.contains(source)) all[source] = json::object{{"main", json::array()}};
        auto& outputs = all[source].at("main").as_array();
        while (outputs.size() <= output) outputs.emplace_back(json::array());
        outputs[output].as_array().push_back(
            json::object{{"node", arrow.substr(at + 2)}, {"type", "main"}, {"index", 0}});
    }
    return all;
}

json::value n8n_workflow(json::array nodes, std::initializer_list<std::string> arrows) {
    return json::object{
        {"name", "W"}, {"nodes", std::move(nodes)}, {"connections", connections(arrows)}};
}

const json::object* step_of(const json::object& document, std::string_view id) {
    for (const json::value& step : document.at("graph").at("nodes").as_array())
        if (step.at("id").as_string() == id) return &step.as_object();
    return nullptr;
}

std::vector<std::string> edges_of(const json::object& document) {
    std::vector<std::string> edges;
    for (const json::value& edge : document.at("graph").at("edges").as_array())
        edges.emplace_back(edge.at("id").as_string());
    return edges;
}

std::vector<std::string> reasons(const ImportReport& report) {
    std::vector<std::string> all;
    for (const ImportNote& note : report.notes) all.push_back(note.reason);
    return all;
}

const json::object noop;
const json::object fetch_x{{"method", "GET"}, {"url", "=https://x.test/{{ $json.id }}"}};

TEST(N8nConvert, KnowsItsFiles) {
    EXPECT_TRUE(looks_like_n8n(n8n_workflow({}, {})));
    EXPECT_TRUE(looks_like_n8n(json::object{{"nodes", json::array()}}));
    EXPECT_TRUE(looks_like_n8n(json::array{n8n_workflow({}, {})}));
    EXPECT_FALSE(looks_like_n8n(json::array()));
    EXPECT_FALSE(looks_like_n8n(nullptr));
    EXPECT_FALSE(looks_like_n8n(json::object{{"graph", json::object()}}));
    EXPECT_FALSE(looks_like_n8n(json::object{{"nodes", json::array()}, {"edges", json::array()}}));
}

TEST(N8nConvert, TriggersBecomeTheInputOfTheRun) {
    const auto done = convert(
        n8n_workflow({n8n_node("Hook", "webhook"), n8n_node("Get It", "httpRequest", fetch_x, 4.2)},
                     {"Hook->Get It"}));
    ASSERT_TRUE(done);
    ASSERT_EQ(done->documents.size(), 1U);
    const json::object* step = step_of(done->documents[0], "get_it");
    ASSERT_TRUE(step);
    EXPECT_EQ(step->at("type").as_string(), "http-request");
    EXPECT_EQ(step->at("data").at("url").as_string(), "https://x.test/{{$trigger.id}}");
    EXPECT_THAT(edges_of(done->documents[0]), IsEmpty());
    EXPECT_EQ(done->report.nodes.size(), 2U);
}

TEST(N8nConvert, WhatDoesNothingIsPassedOver) {
    json::object off = n8n_node("Off", "httpRequest", fetch_x, 4.2);
    off["disabled"] = true;
    const auto done = convert(n8n_workflow(
        {n8n_node("Start", "manualTrigger"), n8n_node("A", "set"), n8n_node("Nothing", "noOp"), off,
         n8n_node("B", "set"), n8n_node("Note", "stickyNote", {{"content", "Read me"}})},
        {"Start->A", "A->Nothing", "Nothing->Off", "Off->B"}));
    ASSERT_TRUE(done);
    EXPECT_THAT(edges_of(done->documents[0]), testing::ElementsAre("a->b"));
    EXPECT_EQ(done->documents[0].at("description").as_string(), "Read me");
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("switched off in n8n")));
}

TEST(N8nConvert, ConditionsPassTheirDataOn) {
    const json::object conditions{
        {"combinator", "and"},
        {"conditions",
         json::array{json::object{{"leftValue", "={{ $json.n }}"},
                                  {"rightValue", 5},
                                  {"operator", {{"type", "number"}, {"operation", "gt"}}}}}}};
    const auto done =
        convert(n8n_workflow({n8n_node("Get", "httpRequest", fetch_x, 4.2),
                              n8n_node("If", "if", {{"conditions", conditions}}, 2),
                              n8n_node("Yes", "httpRequest", {{"url", "={{ $json.next }}"}}, 4.2),
                              n8n_node("No", "noOp"), n8n_node("After", "set")},
                             {"Get->If", "If->Yes", "If[1]->No", "No->After"}));
    ASSERT_TRUE(done);
    const json::object* router = step_of(done->documents[0], "if_step");
    ASSERT_TRUE(router);
    EXPECT_EQ(router->at("data").at("routeBy").as_string(), "{{get.body}}");
    EXPECT_EQ(router->at("data").at("conditions").at(0).at("expression").as_string(),
              "value.n > 5");
    EXPECT_EQ(step_of(done->documents[0], "yes")->at("data").at("url").as_string(),
              "{{get.body.next}}");
    EXPECT_THAT(
        edges_of(done->documents[0]),
        testing::UnorderedElementsAre("get->if_step", "if_step:true->yes", "if_step:false->after"));
}

TEST(N8nConvert, ConditionsThatReadSeveralStepsGetThemAll) {
    const json::object conditions{
        {"conditions",
         json::array{json::object{{"leftValue", "={{ $json.n }}"},
                                  {"rightValue", "={{ $('A').item.json.n }}"},
                                  {"operator", {{"type", "string"}, {"operation", "equals"}}}}}}};
    const auto done = convert(n8n_workflow({n8n_node("A", "set"), n8n_node("B", "set"),
                                            n8n_node("If", "if", {{"conditions", conditions}}, 2)},
                                           {"A->B", "B->If"}));
    const auto& data = step_of(done->documents[0], "if_step")->at("data");
    EXPECT_EQ(data.at("routeBy").as_string(), "{{ ({ data: b, other1: a }) }}");
    EXPECT_EQ(data.at("conditions").at(0).at("expression").as_string(),
              "value.data.n === value.other1.n");
}

TEST(N8nConvert, BranchesThatMeetArePickedFrom) {
    const auto done =
        convert(n8n_workflow({n8n_node("A", "set"), n8n_node("If", "if", {}, 2),
                              n8n_node("B", "set"), n8n_node("C", "httpRequest", fetch_x, 4.2)},
                             {"A->If", "If->B", "B->C", "If[1]->C"}));
    ASSERT_TRUE(done);
    const json::object* pick = step_of(done->documents[0], "c_input");
    ASSERT_TRUE(pick);
    EXPECT_THAT(std::string(pick->at("data").at("code").as_string()),
                HasSubstr("return nodes.b ?? nodes.a ?? null;"));
    EXPECT_EQ(step_of(done->documents[0], "c")->at("data").at("url").as_string(),
              "https://x.test/{{c_input.id}}");
    EXPECT_THAT(edges_of(done->documents[0]),
                testing::UnorderedElementsAre("a->if_step", "if_step:true->b", "b->c_input",
                                              "if_step:false->c_input", "c_input->c"));
}

TEST(N8nConvert, LoopsBecomeAMapOverAWorkflowOfTheirOwn) {
    const auto done = convert(n8n_workflow(
        {n8n_node("List", "code", {{"jsCode", "return []"}}, 2),
         n8n_node("Each", "splitInBatches", {}, 3),
         n8n_node("Get", "httpRequest",
                  {{"url", "=https://x.test/{{ $json.id }}/{{ $('List').item.json.k }}"}}, 4.2),
         n8n_node("End", "set")},
        {"List->Each", "Each->End", "Each[1]->Get", "Get->Each"}));
    ASSERT_TRUE(done);
    ASSERT_EQ(done->documents.size(), 2U);
    const json::object* map = step_of(done->documents[0], "each");
    ASSERT_TRUE(map);
    EXPECT_EQ(map->at("type").as_string(), "map");
    EXPECT_EQ(map->at("data").at("subflowId"), done->documents[1].at("id"));
    EXPECT_EQ(map->at("data").at("inputMapping").at("from_list").as_string(), "{{list}}");
    EXPECT_EQ(step_of(done->documents[1], "get")->at("data").at("url").as_string(),
              "https://x.test/{{$trigger.item.id}}/{{$trigger.from_list.k}}");
    EXPECT_FALSE(step_of(done->documents[0], "get"));
    EXPECT_THAT(edges_of(done->documents[0]),
                testing::UnorderedElementsAre("list->each", "each->each_items", "each_items->end"));
}

TEST(N8nConvert, OtherWaysBackAreCutAndSaid) {
    const auto done =
        convert(n8n_workflow({n8n_node("Start", "manualTrigger"), n8n_node("A", "set"),
                              n8n_node("B", "set"), n8n_node("C", "set")},
                             {"Start->B", "B->C", "C->A", "A->B"}));
    ASSERT_TRUE(done);
    EXPECT_THAT(edges_of(done->documents[0]), testing::UnorderedElementsAre("b->c", "c->a"));
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("leads back to 'B'")));
}

TEST(N8nConvert, WhatHasNoCounterpartFailsWhenItIsReached) {
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

TEST(N8nConvert, CredentialsBecomeNamedSecrets) {
    json::object node = n8n_node("Get", "httpRequest",
                                 {{"url", "https://x.test"},
                                  {"authentication", "genericCredentialType"},
                                  {"genericAuthType", "httpBasicAuth"}},
                                 4.2);
    node["credentials"] = json::object{{"httpBasicAuth", {{"id", "7"}, {"name", "My (EU) shop"}}}};
    const auto done = convert(n8n_workflow({node}, {}));
    const auto& auth = step_of(done->documents[0], "get")->at("data").at("auth");
    EXPECT_EQ(auth.at("type").as_string(), "basic");
    EXPECT_EQ(auth.at("username").as_string(), "{{$env.MY_EU_SHOP_USER}}");
    EXPECT_EQ(auth.at("password").as_string(), "{{$env.MY_EU_SHOP_PASSWORD}}");
}

TEST(N8nConvert, ErrorOutputsBranch) {
    json::object node = n8n_node("Get", "httpRequest", fetch_x, 4.2);
    node["onError"] = "continueErrorOutput";
    node["retryOnFail"] = true;
    node["maxTries"] = 4;
    const auto done = convert(n8n_workflow({node, n8n_node("Ok", "set"), n8n_node("Bad", "set")},
                                           {"Get->Ok", "Get[1]->Bad"}));
    const auto& data = step_of(done->documents[0], "get")->at("data");
    EXPECT_EQ(data.at("onError").as_string(), "branch");
    EXPECT_EQ(data.at("retry").at("maxRetries").as_int64(), 3);
    EXPECT_THAT(edges_of(done->documents[0]),
                testing::UnorderedElementsAre("get->ok", "get:error->bad"));
}

TEST(N8nConvert, SchedulesAreCron) {
    const auto cron = [](json::object rule) {
        const auto done = convert(
            n8n_workflow({n8n_node("When", "scheduleTrigger",
                                   {{"rule", {{"interval", json::array{std::move(rule)}}}}}, 1.2),
                          n8n_node("A", "set")},
                         {"When->A"}));
        return std::string(done->documents[0].at("scheduleCron").as_string());
    };
    EXPECT_EQ(cron({{"field", "minutes"}, {"minutesInterval", 15}}), "*/15 * * * *");
    EXPECT_EQ(cron({{"field", "hours"}, {"hoursInterval", 2}, {"triggerAtMinute", 5}}),
              "5 */2 * * *");
    EXPECT_EQ(cron({}), "0 0 * * *");
    EXPECT_EQ(cron({{"field", "weeks"}, {"triggerAtDay", json::array{1, 5}}, {"triggerAtHour", 9}}),
              "0 9 * * 1,5");
    EXPECT_EQ(cron({{"field", "months"}, {"triggerAtDayOfMonth", 3}}), "0 0 3 * *");
    EXPECT_EQ(cron({{"field", "cronExpression"}, {"expression", "0 30 6 * * 1-5"}}),
              "30 6 * * 1-5");
}

TEST(N8nConvert, WorkflowsInsideOthersFollowThem) {
    const json::value inner =
        n8n_workflow({n8n_node("In", "executeWorkflowTrigger"), n8n_node("X", "set")}, {"In->X"});
    const auto done = convert(
        n8n_workflow({n8n_node("Call", "executeWorkflow",
                               {{"source", "parameter"}, {"workflowJson", to_json(inner)}}, 1.2)},
                     {}));
    ASSERT_TRUE(done);
    ASSERT_EQ(done->documents.size(), 2U);
    EXPECT_EQ(step_of(done->documents[0], "call")->at("data").at("workflowId"),
              done->documents[1].at("id"));
}

TEST(N8nConvert, WorkflowsInsideThemselvesEnd) {
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

TEST(N8nConvert, TakesAnythingWithoutACrash) {
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

TEST(N8nConvert, NamesMayBeAnything) {
    const auto done = convert(
        n8n_workflow({n8n_node("日本", "set"), n8n_node("日本", "set"), n8n_node("Für", "set"),
                      n8n_node("1st", "set"), n8n_node("$env", "set"),
                      n8n_node("constructor", "set"), n8n_node(std::string(500, 'x'), "set")},
                     {"日本->Für"}));
    ASSERT_TRUE(done);
    for (const char* id : {"step", "step_2", "f_r", "step_1st", "env", "constructor"})
        EXPECT_TRUE(step_of(done->documents[0], id)) << id;
    EXPECT_THAT(edges_of(done->documents[0]), testing::ElementsAre("step->f_r"));
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("this one is '日本 2' now")));
}

TEST(N8nConvert, RefusesWhatIsTooLarge) {
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

TEST(N8nConvert, ManyWaysBackTakeNoTime) {
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
        links[name] = json::object{{"main", json::array{std::move(targets)}}};
    }
    const auto done =
        convert(json::object{{"nodes", std::move(nodes)}, {"connections", std::move(links)}});
    ASSERT_TRUE(done);
    EXPECT_LE(done->report.notes.size(), limits::import_notes);
}

}  // namespace
}  // namespace swiftgrid::control::n8n
