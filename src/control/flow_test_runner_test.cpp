// Cases over the product's own node types and real script workers.

#include "control/flow_test_runner.h"

#include <thread>

#include <gmock/gmock.h>

#include "runtime/dry_run_world_test.h"

namespace swiftgrid::control {
namespace {

class FlowTests : public testing::Test {
protected:
    json::value run(std::string_view graph, std::string_view tests) {
        auto cases = read_flow_tests(parse_json(tests).value());
        SG_ASSERT(cases.has_value(), "the cases of a test can be read");
        const FlowTestBench bench{world_.types,    *world_.behaviours, world_.performers,
                                  world_.scripts,  world_.clock,       world_.ids,
                                  vault_.content()};
        const FlowUnderTest flow{FlowId{world_.ids.next()}, std::nullopt, world_.plan_of(graph),
                                 timeout_ms_};
        return flow_test_report_json(run_flow_tests(bench, flow, *cases, stop_));
    }

    // Of one case.
    json::value run_one(std::string_view graph, std::string_view members) {
        json::value report =
            run(graph, R"({"tests":[{"name":"it",)" + std::string(members) + "}]}");
        coverage_ = report.at("coverage");
        return report.at("results").as_array().at(0);
    }

    static std::string text(const json::value& value, std::string_view pointer) {
        return to_json(value.at_pointer(pointer));
    }

    runtime::test::DryRunWorld world_;
    runtime::Vault vault_;
    std::optional<std::int64_t> timeout_ms_;
    std::atomic<bool> stop_ = false;
    json::value coverage_;
};

constexpr std::string_view fetch_and_route = R"({"nodes":[
    {"id":"fetch","type":"http-request","data":{"url":"https://example.com/{{$trigger.id}}",
     "retry":{"maxRetries":2,"backoffMs":60000},"onError":"branch"}},
    {"id":"sum","type":"code-execution","data":{"inputs":{"list":"{{fetch.body}}"},
     "code":"return {total: INPUT.list.reduce((a, b) => a + b, 0)};"}},
    {"id":"size","type":"router","data":{"routeBy":"{{sum.total}}",
     "conditions":[{"id":"large","expression":"value > 10"}],"defaultOutput":"small"}},
    {"id":"big","type":"code-execution","data":{"code":"return 'big';"}},
    {"id":"little","type":"code-execution","data":{"code":"return 'little';"}},
    {"id":"sorry","type":"code-execution","data":{"inputs":{"why":"{{fetch.error.code}}"},
     "code":"return INPUT.why;"}}],
  "edges":[{"id":"1","source":"fetch","target":"sum"},{"id":"2","source":"sum","target":"size"},
    {"id":"3","source":"size","sourceHandle":"large","target":"big"},
    {"id":"4","source":"size","sourceHandle":"small","target":"little"},
    {"id":"5","source":"fetch","sourceHandle":"error","target":"sorry"}]})";

TEST_F(FlowTests, AnswerTheOutsideAndRunTheScripts) {
    const json::value result = run_one(fetch_and_route, R"("input":{"id":7},
        "mocks":{"fetch":{"result":{"status":200,"body":[4,8]}}},
        "expect":{"output":"big","nodes":{"sum":{"result":{"total":12}},
                                          "little":{"status":"skipped"}}})");
    EXPECT_EQ(result.at("passed"), true) << to_json(result);
    EXPECT_EQ(text(result, "/nodes/big/status"), "\"completed\"");
    EXPECT_EQ(text(coverage_, "/nodes/percent"), "66");
    EXPECT_EQ(text(coverage_, "/nodes/missed"), R"(["little","sorry"])");
    EXPECT_EQ(text(coverage_, "/branches/taken"), R"([{"nodeId":"size","branch":"large"}])");
    EXPECT_EQ(text(coverage_, "/branches/percent"), "33");
}

TEST_F(FlowTests, TakeTheCoverageOfAllCasesTogether) {
    const json::value report = run(fetch_and_route, R"({"tests":[
        {"name":"big","mocks":{"fetch":{"result":{"body":[40]}}},"input":{"id":1}},
        {"name":"little","mocks":{"fetch":{"result":{"body":[4]}}},"input":{"id":1}},
        {"name":"sorry","mocks":{"fetch":{"error":{"code":"http_status"}}},"input":{"id":1}}]})");
    EXPECT_EQ(report.at("passed"), true) << to_json(report);
    EXPECT_EQ(text(report, "/counts"), R"({"passed":3,"failed":0})");
    EXPECT_EQ(text(report, "/coverage/nodes/percent"), "100");
    EXPECT_EQ(text(report, "/coverage/branches/percent"), "100");
}

TEST_F(FlowTests, LetRetriesAndTheirPausesPassAtOnce) {
    const json::value result = run_one(fetch_and_route, R"("input":{"id":7},
        "mocks":{"fetch":[{"timeout":true},{"error":{"code":"timeout","retryable":true}},
                          {"result":{"body":[1]}}]},
        "expect":{"output":"little","nodes":{"fetch":{"status":"completed"}}})");
    EXPECT_EQ(result.at("passed"), true) << to_json(result);
    EXPECT_EQ(text(result, "/nodes/fetch/attempts"), "3");
    // Two pauses of a minute, give or take a fifth.
    EXPECT_GT(result.at("simulatedMs").as_int64(), 90'000);
}

TEST_F(FlowTests, ListWhatIsNotAsExpected) {
    const json::value result = run_one(fetch_and_route, R"("input":{"id":7},
        "mocks":{"fetch":{"result":{"body":[1]}}},
        "expect":{"status":"failed","output":"big","nodes":{"sum":{"result":{"total":2}}}})");
    EXPECT_EQ(result.at("passed"), false);
    EXPECT_EQ(text(result, "/differences"),
              R"([{"pointer":"/status","expected":"failed","found":"completed"},)"
              R"({"pointer":"/output","expected":"big","found":"little"},)"
              R"({"pointer":"/nodes/sum/result/total","expected":2,"found":1}])");
}

TEST_F(FlowTests, NameTheStepThatHasNoMockAndTheMend) {
    const json::value result = run_one(fetch_and_route, R"("input":{"id":7})");
    EXPECT_EQ(result.at("passed"), false);
    EXPECT_EQ(text(result, "/problem/nodeId"), "\"fetch\"");
    EXPECT_EQ(text(result, "/problem/code"), "\"not_mocked\"");
    EXPECT_THAT(text(result, "/problem/mend"), testing::HasSubstr("fetch"));
    // The branch for errors is not for this: the run does not go on.
    EXPECT_EQ(text(result, "/nodes/fetch/status"), "\"running\"");
    EXPECT_EQ(text(coverage_, "/nodes/reached"), R"(["fetch"])");
}

TEST_F(FlowTests, NameTheAttemptThatAListOfMocksHasNotGot) {
    const json::value result = run_one(fetch_and_route, R"("input":{"id":7},
        "mocks":{"fetch":[{"error":{"code":"timeout","retryable":true}}]})");
    EXPECT_THAT(text(result, "/problem/detail"), testing::HasSubstr("attempt 2 of 'fetch'"));
}

TEST_F(FlowTests, NameAStepThatTheFlowHasNot) {
    const json::value mocked = run_one(fetch_and_route, R"("mocks":{"fetsh":{"result":null}})");
    EXPECT_EQ(text(mocked, "/problem/pointer"), "\"/mocks/fetsh\"");
    EXPECT_THAT(text(mocked, "/problem/mend"), testing::HasSubstr("fetch"));
    const json::value expected =
        run_one(fetch_and_route, R"("expect":{"nodes":{"x":{"status":"skipped"}}})");
    EXPECT_EQ(text(expected, "/problem/pointer"), "\"/expect/nodes/x\"");
}

TEST_F(FlowTests, NameABranchThatAMockedStepHasNot) {
    const auto problem_of = [&](std::string_view mock) {
        const json::value result = run_one(fetch_and_route, R"("input":{"id":7},"mocks":{
            "fetch":{"result":{"body":[1]}},)" + std::string(mock) +
                                                                "}");
        EXPECT_EQ(result.at("passed"), false);
        return text(result, "/problem/pointer") + text(result, "/problem/mend");
    };
    const std::string mend = "\"Write some of large, small, or [] for none.\"";
    EXPECT_EQ(problem_of(R"("size":{"result":1,"outputs":["large","lagre"]})"),
              "\"/mocks/size/outputs/1\"" + mend);
    EXPECT_EQ(problem_of(R"("size":[{"result":1}])"), "\"/mocks/size/0/outputs\"" + mend);
    EXPECT_EQ(problem_of(R"("sum":{"result":1,"outputs":["success"]})"),
              "\"/mocks/sum/outputs\"\"Remove 'outputs'.\"");
    const json::value taken = run_one(fetch_and_route, R"("input":{"id":7},
        "mocks":{"fetch":{"result":{"body":[1]}},"size":{"result":1,"outputs":["large"]}},
        "expect":{"output":"big","nodes":{"little":{"status":"skipped"}}})");
    EXPECT_EQ(taken.at("passed"), true) << to_json(taken);
}

constexpr std::string_view waits = R"({"nodes":[
    {"id":"rest","type":"delay","data":{"delayMs":86400000}},
    {"id":"call","type":"webhook-wait","data":{"timeoutMs":604800000,"onError":"branch"}},
    {"id":"other","type":"sub-flow","data":{"workflowId":"0192f0c1-2a00-7000-8000-00000000000f"}},
    {"id":"late","type":"code-execution","data":{"inputs":{"code":"{{call.error.code}}"},
     "code":"return INPUT.code;"}}],
  "edges":[{"id":"1","source":"rest","target":"call"},{"id":"2","source":"call","target":"other"},
    {"id":"3","source":"call","sourceHandle":"error","target":"late"}]})";

TEST_F(FlowTests, AnswerWaitsAndCallsOfOtherFlows) {
    const json::value result = run_one(waits, R"(
        "mocks":{"call":{"result":{"resumed":true,"webhook_payload":{"ok":1}}},
                 "other":{"result":{"output":5}}},
        "expect":{"output":{"output":5},"nodes":{"rest":{"result":{"delayed_ms":86400000}}}})");
    EXPECT_EQ(result.at("passed"), true) << to_json(result);
    EXPECT_EQ(result.at("simulatedMs"), 86'400'000);
}

TEST_F(FlowTests, LetAWaitExpireWhenNobodyCalls) {
    const json::value result = run_one(waits, R"("mocks":{"call":{"timeout":true}},
        "expect":{"output":"wait_expired","nodes":{"call":{"status":"failed"}}})");
    EXPECT_EQ(result.at("passed"), true) << to_json(result);
    EXPECT_EQ(result.at("simulatedMs"), 86'400'000 + 604'800'000);
}

TEST_F(FlowTests, EndARunWhoseTimeIsOver) {
    timeout_ms_ = 1'000;
    const json::value result = run_one(waits, R"("expect":{"status":"failed"})");
    EXPECT_EQ(result.at("passed"), true) << to_json(result);
    EXPECT_EQ(result.at("simulatedMs"), 1'000);
}

TEST_F(FlowTests, ReplaceAScriptOrADelayThatIsMocked) {
    const json::value result = run_one(waits, R"("mocks":{"rest":{"result":1},
        "call":{"timeout":true},"late":{"result":"mine"}},"expect":{"output":"mine"})");
    EXPECT_EQ(result.at("passed"), true) << to_json(result);
    EXPECT_EQ(result.at("simulatedMs"), 604'800'000);
}

TEST_F(FlowTests, GiveTheRunTheTimeAndTheEnvironmentOfTheCase) {
    constexpr std::string_view graph = R"({"nodes":[{"id":"a","type":"http-request",
        "data":{"url":"https://{{$env.HOST}}/{{$env.PATH ?? 'none'}}"}},
        {"id":"b","type":"code-execution","data":{"inputs":{"at":"{{$run.createdAt}}"},
         "code":"return INPUT.at;"}}],"edges":[{"id":"1","source":"a","target":"b"}]})";
    const json::value result = run_one(graph, R"("at":"2030-01-31T09:00:00Z",
        "mocks":{"a":{"result":null}},"expect":{"output":"2030-01-31T09:00:00.000Z"})");
    EXPECT_EQ(result.at("passed"), true) << to_json(result);
}

TEST_F(FlowTests, EndBeforeAnotherCaseWhenTheyAreStopped) {
    stop_ = true;
    const json::value report = run(fetch_and_route, R"({"tests":[{"name":"a"}]})");
    EXPECT_EQ(report.at("passed"), false);
    EXPECT_EQ(text(report, "/results"), "[]");
    EXPECT_EQ(text(report, "/stopped"), "\"stopped after 0 of 1 tests\"");
}

TEST_F(FlowTests, EndAScriptThatRunsWhenTheyAreStopped) {
    constexpr std::string_view graph = R"({"nodes":[{"id":"a","type":"code-execution",
        "data":{"code":"for (;;) {}","timeoutMs":300000}}],"edges":[]})";
    std::thread stopper([this] { stop_ = true; });
    const json::value report = run(graph, R"({"tests":[{"name":"a"},{"name":"b"}]})");
    stopper.join();
    // Before the first one, or in the midst of it: nobody knows which.
    EXPECT_EQ(report.at("passed"), false);
    EXPECT_THAT(text(report, "/stopped"), testing::StartsWith("\"stopped after"));
}

}  // namespace
}  // namespace swiftgrid::control
