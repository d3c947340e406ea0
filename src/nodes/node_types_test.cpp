// The descriptors of every type, judged through the validation as users meet them.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "model/flow_json.h"
#include "model/validate.h"
#include "nodes/code_execution/inputs_text.h"
#include "nodes/data_fields.h"
#include "nodes/planned_node_test.h"
#include "nodes/registry.h"

namespace swiftgrid::nodes {
namespace {

const model::NodeTypes types = make_node_types();

json::value document_of(std::string_view type, std::string_view data) {
    const auto document =
        parse_json(R"({"graph":{"nodes":[{"id":"a","type":")" + std::string(type) + R"(","data":)" +
                   std::string(data) + "}]}}");
    EXPECT_TRUE(document.has_value()) << data;
    return document.value_or(json::value());
}

// Codes and pointers below the data, without the notice that a type cannot run yet.
std::vector<std::string> problems_of(std::string_view type, std::string_view data) {
    std::vector<std::string> found;
    for (const auto& problem : model::read_and_validate(document_of(type, data), types).problems) {
        constexpr std::string_view base = "/graph/nodes/0/data";
        if (problem.code == "type_not_available") continue;
        found.push_back(problem.code + " " + problem.pointer.substr(base.size()));
    }
    return found;
}

std::string read_data(std::string_view type, std::string_view data) {
    std::vector<model::Problem> problems;
    const auto flow = model::read_flow(document_of(type, data), types, problems);
    return canonical_json(flow->graph.nodes[0].data);
}

using Strings = std::vector<std::string>;

TEST(NodeTypes, AreTheEightOfTheContractInTheOrderOfThePalette) {
    Strings names;
    Strings available;
    for (const auto& type : types.all()) {
        names.push_back(type.type);
        if (type.available) available.push_back(type.type);
    }
    EXPECT_EQ(names, (Strings{"http-request", "code-execution", "router", "llm-chat", "delay",
                              "webhook-wait", "sub-flow", "map"}));
    EXPECT_EQ(available, names);
}

TEST(NodeTypes, SayWhichOfThemStartRuns) {
    for (const auto& type : types.all())
        EXPECT_EQ(type.calls_flows, type.type == "sub-flow" || type.type == "map") << type.type;
}

TEST(NodeTypes, HaveDefaultsThatTheirOwnSchemaAccepts) {
    for (const auto& type : types.all()) {
        SCOPED_TRACE(type.type);
        for (const std::string& problem : problems_of(type.type, to_json(defaults_of(type))))
            EXPECT_TRUE(problem.starts_with("missing_field ") || problem == "required /url")
                << problem;
        EXPECT_FALSE(type.label.empty());
        EXPECT_FALSE(type.icon.empty());
        EXPECT_TRUE(type.summary.ends_with("."));
        const json::object described = describe(type);
        EXPECT_EQ(described.at("type"), json::value(type.type));
    }
}

TEST(NodeTypes, ReplaceOldSpellingsOnRead) {
    struct Case {
        const char* type;
        const char* given;
        const char* expected;
    };
    const std::vector<Case> cases = {
        {"ROUTER", R"({"route_by":"x","default_output":"d","routerMode":"all_matches"})",
         R"({"defaultOutput":"d","mode":"broadcast","routeBy":"x"})"},
        {"DELAY", R"({"duration_ms":7,"duration_str":"9s"})", R"({"delayMs":7})"},
        {"delay", R"({"durationStr":"1h30m"})", R"({"delayMs":5400000})"},
        {"delay", R"({"delayStr":"soon"})", R"({"delayStr":"soon"})"},
        {"webhookWait", R"({"timeout_str":"7d"})", R"({"timeoutMs":604800000})"},
        {"CODE", R"({"inputs":"{\"n\": {{b.n}}, \"t\": \"x {{b.t}}\"}"})",
         R"({"inputs":{"n":"{{b.n}}","t":"x {{b.t}}"}})"},
        {"LLMCHAT", R"({"base_url":"u","max_tokens":5})", R"({"baseUrl":"u","maxTokens":5})"},
        {"SUBFLOW", R"({"subflowWorkflowId":12,"subflowVersionId":null,"subflowInput":"{{b}}",
                        "subflowFailOnError":false})",
         R"({"inputMapping":{"input":"{{b}}"},"onError":"continue","version":"latest",)"
         R"("workflowId":"12"})"},
        {"subflow", R"({"workflow_id":"f","subflowInput":{"k":1},"subflowFailOnError":true})",
         R"({"inputMapping":{"k":1},"onError":"fail","workflowId":"f"})"},
        {"MAP", R"({"mapInputArray":"{{b}}","mapWorkflowId":3,"mapConcurrency":2,
                    "mapFailFast":true})",
         R"({"continueOnError":false,"inputArray":"{{b}}","maxConcurrent":2,"subflowId":"3"})"},
        {"map", R"({"onItemError":"retry"})", R"({"continueOnError":true,"maxRetries":3})"},
        {"map", R"({"onItemError":"fail_all"})", R"({"continueOnError":false})"},
    };
    for (const Case& each : cases) {
        const std::string once = read_data(each.type, each.given);
        EXPECT_EQ(once, each.expected) << each.type;
        EXPECT_EQ(read_data(each.type, once), once) << "the second time changes nothing";
    }
}

TEST(NodeTypes, ReportWhatTheirOwnRulesForbid) {
    struct Case {
        const char* type;
        const char* data;
        Strings expected;
    };
    const std::vector<Case> cases = {
        {"router", R"({"conditions":[{"id":"a","expression":"value"}]})", {}},
        {"router",
         R"({"conditions":[{"id":"a","expression":"1"},{"id":"a","expression":"1"}]})",
         {"duplicate_id /conditions/1/id"}},
        {"router",
         R"({"conditions":[{"id":"default","expression":"1"}]})",
         {"duplicate_id /conditions/0/id"}},
        {"router",
         R"({"conditions":[{"id":"error","expression":"1"}]})",
         {"reserved_id /conditions/0/id"}},
        {"router", R"({"conditions":[{"id":"a"}]})", {"missing_field /conditions/0/expression"}},
        {"router",
         R"({"conditions":[{"id":"a","expression":"1","color":"pink"}]})",
         {"invalid_value /conditions/0/color"}},
        {"router",
         R"({"conditions":[{"id":"a","expression":"$env.K == value"}]})",
         {"secret_in_script /conditions/0/expression"}},
        {"router",
         R"({"conditions":[{"id":"a","expression":"{{value}} > 3"}]})",
         {"placeholder_in_script /conditions/0/expression"}},
        {"router", R"({"defaultOutput":""})", {"no_outputs /conditions"}},
        {"router", R"({"mode":"all"})", {"invalid_value /mode"}},
        {"router", R"({"routeBy":"{{zz.x}}"})", {"placeholder_unknown_node /routeBy"}},
        {"code-execution",
         R"({"code":"return INPUT","inputs":{"x":"{{zz}}"}})",
         {"placeholder_unknown_node /inputs/x"}},
        {"code-execution", R"({"code":"return '$env'"})", {}},
        {"code-execution", R"({"code":"return $env.KEY"})", {"secret_in_script /code"}},
        {"code-execution", R"({"code":"const x = {{a.b}};"})", {"placeholder_in_script /code"}},
        {"code-execution", R"({"code":"for (;;) {{ break; }}"})", {}},
        {"code-execution", R"({"inputs":7})", {"wrong_type /inputs"}},
        {"http-request", R"({})", {"missing_field /url"}},
        {"http-request",
         R"({"url":"/","headers":"{{$trigger.headers}}","query":"{{$trigger.query}}"})",
         {}},
        {"http-request", R"({"url":"/","headers":"x {{$trigger}}"})", {"wrong_type /headers"}},
        {"http-request", R"({"url":"/","query":"a=b"})", {"wrong_type /query"}},
        {"http-request", R"({"url":"/","bodyType":"xml"})", {"invalid_value /bodyType"}},
        {"http-request", R"({"url":"/","auth":{"type":"oauth"}})", {"invalid_value /auth/type"}},
        {"http-request", R"({"url":"/","auth":"token"})", {"wrong_type /auth"}},
        {"http-request", R"({"url":"/","auth":{}})", {"missing_field /auth/type"}},
        {"http-request",
         R"({"url":"/","pagination":{"mode":"page","maxPages":1001}})",
         {"invalid_value /pagination/maxPages"}},
        {"http-request",
         R"({"url":"/","pagination":{"mode":"page","pageSize":5}})",
         {"unknown_field /pagination/pageSize"}},
        {"http-request", R"({"url":"/","tls":{"verify":"no"}})", {"wrong_type /tls/verify"}},
        {"delay", R"({"delayMs":-1})", {"invalid_value /delayMs"}},
        {"delay", R"({"delayStr":"soon"})", {"invalid_value /delayStr"}},
        {"delay", R"({"until":"tomorrow"})", {"invalid_value /until"}},
        {"delay", R"({"until":"{{$trigger.at}}"})", {}},
        {"delay", R"({"until":"2030-01-31T09:00:00Z"})", {}},
        {"webhook-wait", R"({"timeoutMs":0})", {"invalid_value /timeoutMs"}},
        {"llm-chat", R"({"userPrompt":"hi","apiKey":"sk-1"})", {"inline_secret /apiKey"}},
        {"llm-chat", R"({"userPrompt":"hi","temperature":3})", {"invalid_value /temperature"}},
        {"llm-chat", R"({"userPrompt":"hi","temperature":"{{$trigger.t}}"})", {}},
        {"llm-chat", R"({})", {"missing_field /userPrompt"}},
        {"llm-chat", R"({"userPrompt":"hi","apiKey":"ollama"})", {}},
        {"llm-chat", R"({"userPrompt":"hi","authHeader":"a b"})", {"invalid_value /authHeader"}},
        {"llm-chat",
         R"({"userPrompt":"hi","jsonSchema":{"type":"strng","pattern":"a"}})",
         {"invalid_schema /jsonSchema/type", "unchecked_keyword /jsonSchema/pattern"}},
        {"sub-flow", R"({})", {"missing_field /workflowId"}},
        {"sub-flow", R"({"workflowId":"f","version":0})", {"invalid_value /version"}},
        {"sub-flow", R"({"workflowId":"f","outputPath":"a b"})", {"invalid_value /outputPath"}},
        {"sub-flow", R"({"workflowId":"f","outputPath":"[0].x"})", {}},
        {"sub-flow",
         R"({"workflowId":"f","inputMapping":{"k":"{{zz}}"}})",
         {"placeholder_unknown_node /inputMapping/k"}},
        {"map", R"({"subflowId":"f"})", {"missing_field /inputArray"}},
        {"map", R"({"subflowId":"f","inputArray":"{{$trigger}}"})", {}},
        {"map", R"({"subflowId":"f","inputArray":"text"})", {"wrong_type /inputArray"}},
        {"map",
         R"({"subflowId":"f","inputArray":[],"iteratorType":"inline"})",
         {"iterator_inline /iteratorType"}},
        {"map",
         R"({"subflowId":"f","inputArray":[],"maxConcurrent":0})",
         {"invalid_value /maxConcurrent"}},
        {"map",
         R"({"subflowId":"f","inputArray":[],"itemVariable":"a-b"})",
         {"invalid_value /itemVariable"}},
        {"map",
         R"({"subflowId":"f","inputArray":[],"indexVariable":"i","itemVariable":"i"})",
         {"duplicate_id /indexVariable"}},
        {"map",
         R"({"subflowId":"f","inputArray":[],"inputMapping":{"item":1,"index":2,"rate":3}})",
         {"duplicate_id /inputMapping/item", "duplicate_id /inputMapping/index"}},
        {"map",
         R"({"subflowId":"f","inputArray":[],"itemVariable":"o","inputMapping":{"item":1,"o":2}})",
         {"duplicate_id /inputMapping/o"}},
        {"sub-flow",
         R"({"workflowId":"f","maxRetries":2,"retry":{"maxRetries":3,"retryOn":["child_failed"]}})",
         {}},
        {"sub-flow", R"({"workflowId":"f","maxRetries":11})", {"invalid_value /maxRetries"}},
        {"map", R"({"subflowId":"f","inputArray":[],"retry":{}})", {"no_effect /retry"}},
        {"webhook-wait",
         R"({"description":"Approve {{zz.id}}"})",
         {"placeholder_unknown_node /description"}},
    };
    for (const Case& each : cases)
        EXPECT_EQ(problems_of(each.type, each.data), each.expected) << each.type << each.data;
}

TEST(NodeTypes, HaveExamplesWithoutProblemsWhenTheyCanRun) {
    for (const auto& type : types.all()) {
        if (!type.available) continue;
        std::string folder = type.type;
        std::ranges::replace(folder, '-', '_');
        std::ifstream file(std::filesystem::path(__FILE__).replace_filename(folder) /
                           "example.json");
        std::ostringstream text;
        text << file.rdbuf();
        for (const std::string& problem : problems_of(type.type, text.str())) {
            // They stand in the middle of a flow.
            const bool needs_others = problem.starts_with("placeholder_unknown_node ") ||
                                      problem.starts_with("no_previous ");
            EXPECT_TRUE(needs_others) << type.type << ": " << problem;
        }
    }
}

TEST(NodeTypes, FillInTheAddressOfAChosenProvider) {
    const auto read = [](std::string_view data) {
        return parse_json(read_data("llm-chat", data)).value();
    };
    EXPECT_EQ(read(R"({"provider":"groq"})").at("baseUrl"), "https://api.groq.com/openai/v1");
    EXPECT_EQ(read(R"({"provider":"ollama"})").at("apiKey"), "ollama");
    EXPECT_EQ(read(R"({"provider":"groq","baseUrl":"http://x/v1"})").at("baseUrl"), "http://x/v1");
    EXPECT_FALSE(read(R"({"provider":"custom"})").as_object().contains("baseUrl"));
}

TEST(NodeTypes, MayCallTheirOwnFlowOnlyBehindARouter) {
    const auto recursions = [](std::string_view nodes_and_edges) {
        model::Surroundings surroundings;
        surroundings.flow_id = "self";
        const auto document = parse_json(R"({"graph":{)" + std::string(nodes_and_edges) + "}}");
        std::size_t count = 0;
        for (const auto& problem :
             model::read_and_validate(document.value(), types, surroundings).problems)
            count += problem.code == "sub_flow_recursion" ? 1 : 0;
        return count;
    };
    EXPECT_EQ(recursions(R"("nodes":[
        {"id":"a","type":"sub-flow","data":{"workflowId":"self"}},
        {"id":"b","type":"map","data":{"subflowId":"self","inputArray":[]}}])"),
              2U);
    EXPECT_EQ(recursions(R"("nodes":[
        {"id":"r","type":"router","data":{"defaultOutput":"go"}},
        {"id":"a","type":"sub-flow","data":{"workflowId":"self"}}],
        "edges":[{"source":"r","sourceHandle":"go","target":"a"}])"),
              0U);
}

TEST(NodeTypes, RepeatOnlyWhatMayBeRepeated) {
    const auto* http = types.find("http-request");
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
        EXPECT_EQ(http->retries_default({{"method", method}}), 3U) << method;
    for (const char* method : {"POST", "PATCH"})
        EXPECT_EQ(http->retries_default({{"method", method}}), 0U) << method;
    EXPECT_EQ(types.find("llm-chat")->retries_default({}), 3U);
}

TEST(NodeTypes, AreRepeatedInPlansAsTheirDescriptorsSay) {
    const auto retries_of = [](std::string_view data) {
        return PlannedNode("http-request", data).node().retry.retries_max;
    };
    EXPECT_EQ(retries_of(R"({"url":"/"})"), 3U);
    EXPECT_EQ(retries_of(R"({"url":"/","method":"PUT"})"), 3U);
    EXPECT_EQ(retries_of(R"({"url":"/","method":"POST"})"), 0U);
    EXPECT_EQ(retries_of(R"({"url":"/","method":"POST","retry":{"maxRetries":2}})"), 2U);
    EXPECT_EQ(retries_of(R"({"url":"/","retry":{"maxRetries":0}})"), 0U);
    EXPECT_EQ(PlannedNode("delay", R"({"retry":{"maxRetries":2}})").node().retry.retries_max, 0U);
}

TEST(Router, HasOneOutputPerConditionAndItsDefault) {
    const auto* router = types.find("router");
    const auto outputs = [&](std::string_view data) {
        std::string out;
        for (const auto& handle : outputs_of(*router, parse_json(data)->get_object()))
            out += handle.id + ":" + handle.label + ":" + handle.color + " ";
        return out;
    };
    EXPECT_EQ(outputs(R"({"conditions":[{"id":"a"},{"id":"b","label":"B","color":"gray"},
                                        {"id":"c"}]})"),
              "a:a:green b:B:gray c:c:red default:Otherwise:gray ");
    EXPECT_EQ(outputs(R"({"defaultOutput":"rest"})"), "rest:Otherwise:gray ");
    EXPECT_EQ(outputs(R"({"defaultOutput":""})"), "");
}

TEST(CodeInputs, WithoutMembersAreNoInput) {
    const auto* code = types.find("code");
    for (const char* data : {"{}", R"({"inputs":{}})", R"({"inputs":null})", R"({"inputs":" "})"})
        EXPECT_FALSE(code->input_template(parse_json(data)->get_object())) << data;
    EXPECT_TRUE(code->input_template(parse_json(R"({"inputs":{"x":1}})")->get_object()));
    EXPECT_TRUE(code->input_template(parse_json(R"({"inputs":"{{b}}"})")->get_object()));
}

TEST(CodeInputsText, IsReadOnlyWhenItIsAnObject) {
    using code_execution::object_of_inputs_text;
    EXPECT_EQ(to_json(*object_of_inputs_text(R"({"a": {{x["k"]}}, "b": "\"{{y}}\""})")),
              R"({"a":"{{x[\"k\"]}}","b":"\"{{y}}\""})");
    for (const char* text : {"", "{{b}}", "[1]", "{\"a\": {{x}", "{\"a\": }"})
        EXPECT_FALSE(object_of_inputs_text(text)) << text;
}

TEST(DurationText, IsReadInEveryUnit) {
    const std::vector<std::pair<const char*, std::optional<std::int64_t>>> cases = {
        {"500ms", 500},
        {"30s", 30'000},
        {"5m", 300'000},
        {"2h", 7'200'000},
        {"1d", 86'400'000},
        {"1w", 604'800'000},
        {"1h30m", 5'400'000},
        {"0s", 0},
        {"", std::nullopt},
        {"5", std::nullopt},
        {"m", std::nullopt},
        {"-5s", std::nullopt},
        {"5 m", std::nullopt},
        {"99999999999999999999d", std::nullopt},
        {"9223372036854775807w", std::nullopt},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(parse_duration_text(text), expected) << text;
}

TEST(DurationText, IsWrittenInItsLargestUnits) {
    EXPECT_EQ(duration_text(0), "0ms");
    EXPECT_EQ(duration_text(999), "999ms");
    EXPECT_EQ(duration_text(604'800'000), "7d");
    for (const std::int64_t length :
         std::initializer_list<std::int64_t>{1'001, 90'000, 5'400'000, 90'061'001, duration_ms_max})
        EXPECT_EQ(parse_duration_text(duration_text(length)), length) << duration_text(length);
}

}  // namespace
}  // namespace swiftgrid::nodes
