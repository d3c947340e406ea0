#include "control/n8n/convert.h"

#include <gmock/gmock.h>

#include "control/n8n/workflow_test.h"

namespace swiftgrid::control::n8n {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(N8nSteps, ConditionsPassTheirDataOn) {
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

TEST(N8nSteps, ConditionsThatReadSeveralStepsGetThemAll) {
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

TEST(N8nSteps, CredentialsBecomeNamedSecrets) {
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

TEST(N8nSteps, SchedulesAreCron) {
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
    EXPECT_EQ(cron({{"field", "minutes"}}), "*/5 * * * *") << "n8n leaves out what it shows first";
    EXPECT_EQ(cron({}), "0 0 * * *");
    EXPECT_EQ(cron({{"field", "weeks"}, {"triggerAtDay", json::array{1, 5}}, {"triggerAtHour", 9}}),
              "0 9 * * 1,5");
    EXPECT_EQ(cron({{"field", "months"}, {"triggerAtDayOfMonth", 3}}), "0 0 3 * *");
    EXPECT_EQ(cron({{"field", "cronExpression"}, {"expression", "0 30 6 * * 1-5"}}),
              "30 6 * * 1-5");
}

std::string first_condition(const json::object& node) {
    const auto done = convert(n8n_workflow({n8n_node("A", "set"), node}, {"A->If"}));
    return std::string(step_of(done->documents[0], "if_step")
                           ->at("data")
                           .at("conditions")
                           .at(0)
                           .at("expression")
                           .as_string());
}

json::object if_node(json::value left, json::value right, json::object op, json::object options) {
    return n8n_node("If", "if",
                    {{"conditions",
                      {{"combinator", "and"},
                       {"options", std::move(options)},
                       {"conditions", json::array{json::object{{"leftValue", std::move(left)},
                                                               {"rightValue", std::move(right)},
                                                               {"operator", std::move(op)}}}}}}},
                    2.2);
}

TEST(N8nSteps, ComparesAsN8nDoes) {
    const json::object equals{{"type", "string"}, {"operation", "equals"}};
    const json::object loose{{"typeValidation", "loose"}};
    const json::object same{{"caseSensitive", false}};
    EXPECT_EQ(first_condition(if_node("={{ $json.a }}", "x", equals, {})), "value.a === \"x\"");
    EXPECT_EQ(first_condition(if_node("={{ $json.a }}", "5", equals, loose)),
              R"(String(value.a ?? "") === String("5" ?? ""))");
    EXPECT_EQ(first_condition(if_node("={{ $json.a }}", "X", equals, same)),
              R"(String(value.a ?? "").toLowerCase() === String("X" ?? "").toLowerCase())");
    const json::object more{{"type", "number"}, {"operation", "gt"}};
    EXPECT_EQ(first_condition(if_node("={{ $json.a }}", "5", more, loose)),
              "Number(value.a ?? NaN) > 5");
    const json::object regex{{"type", "string"}, {"operation", "regex"}};
    EXPECT_EQ(first_condition(if_node("={{ $json.a }}", "/^a\"b/i", regex, {})),
              R"(matches(value.a ?? "", new RegExp("^a\"b", "i")))");
    EXPECT_EQ(first_condition(if_node("={{ $json.a }}", "^a", regex, {})),
              R"(matches(value.a ?? "", "^a"))");
    const json::object no{{"type", "boolean"}, {"operation", "false"}};
    EXPECT_EQ(first_condition(if_node("={{ $json.a }}", "", no, {})), "!value.a");
    // In a router only `value` is known.
    EXPECT_EQ(first_condition(if_node("={{ $execution.id }}", "x", equals, {})),
              "value.other1 === \"x\"");
}

TEST(N8nSteps, OldFiltersMayBeMetInPart) {
    const json::object string{{"value1", "={{ $json.a }}"}, {"value2", "x"}};
    const auto done =
        convert(n8n_workflow({n8n_node("F", "filter",
                                       {{"conditions", {{"string", json::array{string, string}}}},
                                        {"combineConditions", "OR"}},
                                       1)},
                             {}));
    EXPECT_THAT(std::string(step_of(done->documents[0], "f")
                                ->at("data")
                                .at("conditions")
                                .at(0)
                                .at("expression")
                                .as_string()),
                HasSubstr(") || ("));
}

TEST(N8nSteps, MergesByFieldsOfEitherSide) {
    const auto merge = [](json::object parameters, double version) {
        const auto done =
            convert(n8n_workflow({n8n_node("M", "merge", std::move(parameters), version)}, {}));
        return *step_of(done->documents[0], "m");
    };
    const auto code_of = [](const json::object& step) {
        return std::string(step.at("data").at("code").as_string());
    };
    const auto by_key = merge(
        {{"mode", "mergeByKey"}, {"propertyName1", "id"}, {"propertyName2", "{{$env.X}}"}}, 1);
    EXPECT_EQ(to_json(by_key.at("data").at("inputs").at("keys")),
              R"([["id","{{ \"{{\" }}$env.X}}"]])")
        << "what was typed is no expression of ours";
    EXPECT_THAT(code_of(by_key), HasSubstr("return value(enriched1);"));
    EXPECT_THAT(code_of(merge({{"mode", "combine"},
                               {"fieldsToMatchString", "id"},
                               {"joinMode", "keepNonMatches"},
                               {"outputDataFrom", "input2"}},
                              3)),
                HasSubstr("return value(others2);"));
    EXPECT_THAT(code_of(merge({{"mode", "combine"}, {"combineBy", "combineByFields"}}, 3)),
                HasSubstr("throw new Error"))
        << "every pair would fit";
    EXPECT_THAT(code_of(merge({{"mode", "chooseBranch"}, {"useDataOfInput", "2"}}, 3)),
                HasSubstr("return value(side2);"));
    EXPECT_THAT(code_of(merge({{"mode", "mergeByIndex"}}, 1)), HasSubstr("length = side1.length"));
}

TEST(N8nSteps, SetsFieldsOfAllVersions) {
    const auto inputs = [](json::object parameters, double version) {
        const auto done =
            convert(n8n_workflow({n8n_node("S", "set", std::move(parameters), version)}, {}));
        return to_json(step_of(done->documents[0], "s")->at("data").at("inputs"));
    };
    EXPECT_EQ(inputs({{"fields",
                       {{"values", json::array{json::object{{"name", "a"}, {"stringValue", "x"}},
                                               json::object{{"name", "b"},
                                                            {"type", "numberValue"},
                                                            {"numberValue", "={{ $json.n }}"}}}}}}},
                     3.2),
              R"({"keep":"{{$trigger}}","fields":[{"name":"a","value":"x","type":"string"},)"
              R"({"name":"b","value":"{{$trigger.n}}","type":"number"}],"dots":true})");
    EXPECT_EQ(
        inputs({{"includeOtherFields", true}, {"include", "selected"}, {"includeFields", "a, b"}},
               3.4),
        R"({"keep":"{{$trigger}}","only":["a","b"],"fields":[],"dots":true})");
    EXPECT_EQ(inputs({{"mode", "raw"}, {"jsonOutput", "={\"a\": \"{{ $json.x }}\"}"}}, 3.4),
              R"({"json":{"a":"{{$trigger.x}}"}})");
}

TEST(N8nSteps, RequestsKeepTheirForm) {
    const auto data = [](std::string_view parameters, double version) {
        const auto done = convert(n8n_workflow(
            {n8n_node("G", "httpRequest", parse_json(parameters).value().as_object(), version)},
            {}));
        return step_of(done->documents[0], "g")->at("data").as_object();
    };
    const auto twice =
        data(R"({"url":"https://x.test","sendQuery":true,"queryParameters":{"parameters":[)"
             R"({"name":"a","value":"1"},{"name":"a","value":"2"}]}})",
             4.2);
    EXPECT_EQ(to_json(twice.at("query")), R"({"a":"2"})") << "n8n sends the last one";
    const auto form =
        data(R"({"url":"https://x.test","requestMethod":"POST","options":{"bodyContentType":)"
             R"("form-urlencoded"},"bodyParametersUi":{"parameter":[{"name":"a","value":"1"}]}})",
             2);
    EXPECT_EQ(form.at("bodyType"), "form");
    EXPECT_EQ(to_json(form.at("body")), R"({"a":"1"})");
}

TEST(N8nSteps, ChatsKeepTheOrderOfTheirMessages) {
    const auto links = parse_json(R"({"Model":{"ai_languageModel":[[{"node":"Ask"}]]}})").value();
    const auto message = [](std::string_view type, std::string_view text) {
        return json::object{{"type", type}, {"message", text}};
    };
    json::object ask = n8n_node(
        "Ask", "chainLlm",
        {{"promptType", "define"},
         {"text", "now?"},
         {"messages",
          {{"messageValues", json::array{message("SystemMessagePromptTemplate", "be short"),
                                         message("HumanMessagePromptTemplate", "hi"),
                                         message("AIMessagePromptTemplate", "hello")}}}}},
        1.5);
    const auto done = convert(json::object{
        {"nodes", json::array{ask, n8n_node("Model", "lmChatOpenAi")}}, {"connections", links}});
    const auto& data = step_of(done->documents[0], "ask")->at("data");
    EXPECT_EQ(data.at("systemPrompt"), "be short");
    EXPECT_EQ(to_json(data.at("messages")),
              R"([{"role":"user","content":"hi"},{"role":"assistant","content":"hello"},)"
              R"({"role":"user","content":"now?"}])");
}

TEST(N8nSteps, PartsOfWhatIsNotConvertedAreKept) {
    const auto done = convert(json::object{
        {"nodes", json::array{n8n_node("Agent", "agent"), n8n_node("T", "toolHttpRequest")}},
        {"connections", parse_json(R"({"T":{"ai_tool":[[{"node":"Agent"}]]}})").value()}});
    const json::object* agent = step_of(done->documents[0], "agent");
    ASSERT_TRUE(agent->contains("n8nParts"));
    EXPECT_EQ(agent->at("n8nParts").at(0).at("name"), "T");
}

TEST(N8nSteps, SettingsThatWereLeftOutAreNamed) {
    json::value workflow = n8n_workflow(
        {n8n_node("G", "httpRequest",
                  {{"url", "https://x.test"}, {"options", {{"batching", json::object()}}}}, 4.2)},
        {});
    workflow.as_object()["settings"] = json::object{{"callerPolicy", "any"}};
    workflow.as_object()["tags"] = json::array{"a"};
    const auto done = convert(workflow);
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("left out: 'batching'")));
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("left out: 'callerPolicy'")));
    EXPECT_THAT(reasons(done->report), Contains(HasSubstr("tags")));
}

}  // namespace
}  // namespace swiftgrid::control::n8n
