#include "control/n8n/convert.h"

#include <gmock/gmock.h>

#include "control/n8n/workflow_test.h"

namespace swiftgrid::control::n8n {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

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

TEST(N8nConvert, TriggersThatLeadElsewhereAreTold) {
    const auto told = [](std::initializer_list<std::string> arrows) {
        const auto done =
            convert(n8n_workflow({n8n_node("Hook", "webhook"), n8n_node("Clock", "scheduleTrigger"),
                                  n8n_node("A", "set"), n8n_node("B", "set")},
                                 arrows));
        return reasons(done.value().report);
    };
    const auto own = HasSubstr("2 triggers lead to steps of their own");
    EXPECT_THAT(told({"Hook->A", "Clock->B"}), Contains(own));
    EXPECT_THAT(told({"Hook->A", "Clock->A", "A->B"}), testing::Not(Contains(own)));
}

TEST(N8nConvert, WaitsCountAgainstTheTimeLimitHere) {
    json::value workflow = n8n_workflow({n8n_node("A", "set"), n8n_node("Wait", "wait")}, {});
    const auto waits_count = HasSubstr("60 seconds, and here its waits count");
    EXPECT_THAT(reasons(convert(workflow).value().report), testing::Not(Contains(waits_count)));
    workflow.as_object()["settings"] = json::object{{"executionTimeout", 60}};
    const auto done = convert(workflow);
    EXPECT_EQ(done->documents[0].at("timeoutMs").as_int64(), 60'000);
    EXPECT_THAT(reasons(done->report), Contains(waits_count));
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
    const auto done = convert(
        n8n_workflow({n8n_node("List", "code", {{"jsCode", "return []"}}, 2),
                      n8n_node("Each", "splitInBatches", {}, 3),
                      n8n_node("Get", "httpRequest",
                               {{"url",
                                 "=https://x.test/{{ $json.id }}/{{ $('List').item.json.k }}/"
                                 "{{ $('List').first().json.n }}"}},
                               4.2),
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
              "https://x.test/{{$trigger.item.id}}/{{$trigger.item.k}}/{{$trigger.from_list.n}}");
    // n8n's data of a request is its body.
    EXPECT_THAT(
        std::string(step_of(done->documents[1], "output")->at("data").at("code").as_string()),
        HasSubstr("return nodes.get?.body ?? null;"));
    EXPECT_THAT(edges_of(done->documents[1]), testing::ElementsAre("get->output"));
    EXPECT_FALSE(step_of(done->documents[0], "get"));
    EXPECT_THAT(edges_of(done->documents[0]),
                testing::UnorderedElementsAre("list->each", "each->each_items", "each_items->end"));
}

TEST(N8nConvert, ALoopGivesWhatCameBackToIt) {
    const auto done = convert(n8n_workflow(
        {n8n_node("List", "code", {{"jsCode", "return []"}}, 2),
         n8n_node("Each", "splitInBatches", {}, 3), n8n_node("If", "if", {}, 2),
         n8n_node("Mark", "set"), n8n_node("End", "set")},
        {"List->Each", "Each->End", "Each[1]->If", "If->Mark", "Mark->Each", "If[1]->Each"}));
    ASSERT_EQ(done->documents.size(), 2U);
    EXPECT_THAT(
        std::string(step_of(done->documents[1], "output")->at("data").at("code").as_string()),
        HasSubstr("return nodes.mark ?? $trigger?.item ?? null;"));
    EXPECT_THAT(edges_of(done->documents[1]),
                testing::UnorderedElementsAre("if_step:true->mark", "mark->output",
                                              "if_step:false->output"));
}

TEST(N8nConvert, WhatN8nNeverRunsIsAWorkflowOfItsOwn) {
    const auto done = convert(n8n_workflow(
        {n8n_node("Start", "manualTrigger"), n8n_node("A", "set"), n8n_node("Forgotten", "set"),
         n8n_node("Failed", "errorTrigger"), n8n_node("Tell", "httpRequest", fetch_x, 4.2)},
        {"Start->A", "Failed->Tell"}));
    ASSERT_EQ(done->documents.size(), 2U);
    EXPECT_TRUE(step_of(done->documents[0], "a"));
    EXPECT_FALSE(step_of(done->documents[0], "forgotten"));
    EXPECT_FALSE(step_of(done->documents[0], "tell")) << "no start may send what tells of failures";
    EXPECT_TRUE(step_of(done->documents[1], "forgotten"));
    EXPECT_TRUE(step_of(done->documents[1], "tell"));
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("no trigger leads to some")));
    // Without any trigger, as steps that are copied in the editor, all are one.
    EXPECT_EQ(
        convert(n8n_workflow({n8n_node("A", "set"), n8n_node("B", "set")}, {}))->documents.size(),
        1U);
}

TEST(N8nConvert, WhatIsCalledGivesItsDataAsN8nDoes) {
    const auto done = convert(n8n_workflow(
        {n8n_node("In", "executeWorkflowTrigger"), n8n_node("Get", "httpRequest", fetch_x, 4.2)},
        {"In->Get"}));
    EXPECT_THAT(edges_of(done->documents[0]), testing::ElementsAre("get->output"));
    const auto set = convert(
        n8n_workflow({n8n_node("In", "executeWorkflowTrigger"), n8n_node("A", "set")}, {"In->A"}));
    EXPECT_FALSE(step_of(set->documents[0], "output")) << "its result is its data";
}

TEST(N8nConvert, CalledWorkflowsGetTheirSecrets) {
    json::object get = n8n_node("Get", "httpRequest",
                                {{"url", "https://x.test"},
                                 {"authentication", "genericCredentialType"},
                                 {"genericAuthType", "httpHeaderAuth"}},
                                4.2);
    get["credentials"] = json::object{{"httpHeaderAuth", {{"name", "Shop key"}}}};
    const auto done = convert(
        n8n_workflow({n8n_node("List", "code", {{"jsCode", "return []"}}, 2),
                      n8n_node("Each", "splitInBatches", {}, 3), get, n8n_node("End", "set")},
                     {"List->Each", "Each->End", "Each[1]->Get", "Get->Each"}));
    EXPECT_EQ(to_json(step_of(done->documents[0], "each")->at("data").at("secretMapping")),
              R"({"SHOP_KEY":"SHOP_KEY"})");
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("hands these secrets")));
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

}  // namespace
}  // namespace swiftgrid::control::n8n
