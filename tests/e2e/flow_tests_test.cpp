// Tests of flows and backtests: by command beside a file, and through the API beside a flow.

#include <atomic>
#include <memory>

#include "api_fixture.h"
#include "command_line.h"
#include "http_sink.h"
#include "leaving_client.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

// A request to `url`, whose answer a script doubles.
std::string doubling_flow(const std::string& url, const std::string& code) {
    return R"({"name":"Double","graph":{"nodes":[
        {"id":"fetch","type":"http-request","position":{"x":0,"y":0},"data":{"url":")" +
           url + R"(","retry":{"maxRetries":0}}},
        {"id":"double","type":"code-execution","position":{"x":300,"y":0},
         "data":{"inputs":{"n":"{{fetch.status}}"},"code":")" +
           code + R"("}}],"edges":[{"id":"e","source":"fetch","target":"double"}]}})";
}

class TestCommand : public testing::Test {
protected:
    TestCommand() { flow = folder.write("double.json", doubling_flow("/api/echo", code)); }

    CommandResult test_with(const std::string& tests, std::vector<std::string> more = {}) {
        folder.write("double.tests.json", tests);
        std::vector<std::string> arguments{"test", flow};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_command(arguments);
    }

    static constexpr const char* code = "return INPUT.n * 2;";
    TempFolder folder;
    std::string flow;
};

TEST_F(TestCommand, ExitsWith0OnlyWhenEveryTestPassed) {
    const auto passed = test_with(
        R"({"tests":[{"name":"doubles","mocks":{"fetch":{"result":{"status":4}}},
            "expect":{"output":8}}]})");
    EXPECT_EQ(passed.exit_code, 0) << passed.out << passed.err;
    EXPECT_THAT(passed.out, HasSubstr("ok    doubles"));
    EXPECT_THAT(passed.out, HasSubstr("1 passed, 0 failed"));
    EXPECT_THAT(passed.out, HasSubstr("steps     2 of 2 (100 %)"));

    const auto failed = test_with(
        R"({"tests":[{"name":"doubles","mocks":{"fetch":{"result":{"status":4}}},
            "expect":{"output":9}}]})");
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_THAT(failed.out, HasSubstr("FAIL  doubles"));
    EXPECT_THAT(failed.out, HasSubstr("/output"));
    EXPECT_THAT(failed.out, HasSubstr("expected 9"));
    EXPECT_THAT(failed.out, HasSubstr("found    8"));
}

TEST_F(TestCommand, NeverCallsTheOutside) {
    std::atomic<int> calls = 0;
    const HttpSink sink([&](const HttpSink::Request&) {
        ++calls;
        return 200;
    });
    flow = folder.write("double.json", doubling_flow("http://" + sink.address() + "/", code));
    const auto result = test_with(R"({"tests":[{"name":"doubles"}]})", {"--json"});
    EXPECT_EQ(result.exit_code, 1);
    const json::value report = parse_json(result.out).value();
    EXPECT_EQ(report.at_pointer("/results/0/problem/code"), "not_mocked");
    EXPECT_EQ(report.at_pointer("/results/0/problem/nodeId"), "fetch");
    EXPECT_EQ(calls, 0);
}

TEST_F(TestCommand, SaysWhatIsWrongWithFiles) {
    const auto none = run_command({"test", flow});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_THAT(none.err, HasSubstr("double.tests.json"));
    const auto wrong = test_with(R"({"tests":[{"name":"a","mock":{}}]})");
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_THAT(wrong.err, HasSubstr("/tests/0/mock"));
    EXPECT_THAT(wrong.err, HasSubstr("Did you mean 'mocks'?"));
    const auto other = folder.write("other.json", R"({"tests":[]})");
    EXPECT_EQ(run_command({"test", flow, "--tests", other}).exit_code, 0);
}

class FlowTestsApi : public Api {
protected:
    Answer save(const std::string& flow, const std::string& tests, const std::string& etag) {
        return client.put("/api/flows/" + flow + "/tests", tests, {"If-Match: " + etag});
    }
    Answer run_tests(const std::string& flow, const std::string& body = "{}") {
        return client.post("/api/flows/" + flow + "/tests/run", body);
    }
    Answer backtest(const std::string& flow, const std::string& body = "{}") {
        return client.post("/api/flows/" + flow + "/backtest", body);
    }
    // The flow with other code in its script.
    void change_code(const std::string& flow, const std::string& code) {
        save_graph(flow, doubling_flow("/api/echo", code));
    }
    std::string make_flow() {
        return client.create_flow(doubling_flow("/api/echo", "return INPUT.n * 2;"));
    }
};

constexpr const char* one_test = R"({"tests":[{"name":"doubles",
    "mocks":{"fetch":{"result":{"status":4}}},"expect":{"output":8}}]})";

TEST_F(FlowTestsApi, AreKeptBesideTheFlowAndRun) {
    const auto flow = make_flow();
    const Answer none = client.get("/api/flows/" + flow + "/tests");
    EXPECT_EQ(none.text("/tests"), "[]");
    ASSERT_EQ(save(flow, one_test, none.header("etag")).status, 200);
    const Answer kept = client.get("/api/flows/" + flow + "/tests");
    EXPECT_EQ(kept.text("/tests/0/name"), "doubles");
    EXPECT_EQ(kept.text("/revision"), "1");
    const Answer report = run_tests(flow);
    ASSERT_EQ(report.status, 200) << report.body;
    EXPECT_EQ(report.text("/passed"), "true") << report.body;
    EXPECT_EQ(report.text("/coverage/nodes/percent"), "100");
    EXPECT_EQ(client.get("/api/runs?flowId=" + flow).text("/items"), "[]");
}

TEST_F(FlowTestsApi, RefuseWhatCannotBeReadAndWhatIsStale) {
    const auto flow = make_flow();
    const Answer wrong = save(flow, R"({"tests":[{"name":""}]})", "\"0\"");
    expect_problem(wrong, 422, "invalid_document");
    EXPECT_EQ(wrong.text("/errors/0/pointer"), "/tests/0/name");
    ASSERT_EQ(save(flow, one_test, "\"0\"").status, 200);
    expect_problem(save(flow, one_test, "\"0\""), 412, "precondition_failed");
    expect_problem(client.put("/api/flows/" + flow + "/tests", one_test), 428,
                   "precondition_required");
    expect_problem(client.get(std::string("/api/flows/") + unknown_id + "/tests"), 404,
                   "not_found");
}

TEST_F(FlowTestsApi, RunOnADraftOnAVersionAndWithTestsThatAreNotSaved) {
    const auto flow = make_flow();
    ASSERT_EQ(client.post("/api/flows/" + flow + "/publish").status, 201);
    change_code(flow, "return INPUT.n * 3;");
    const std::string tests = std::string(one_test).substr(9);  // behind `{"tests":`
    const std::string body = R"(,"tests":)" + tests;
    EXPECT_EQ(run_tests(flow, R"({"version":"active")" + body).text("/passed"), "true");
    EXPECT_EQ(run_tests(flow, R"({"version":1)" + body).text("/passed"), "true");
    const Answer draft = run_tests(flow, R"({"version":"draft")" + body);
    EXPECT_EQ(draft.text("/passed"), "false");
    EXPECT_EQ(draft.text("/results/0/differences/0/pointer"), "/output");
    expect_problem(run_tests(flow, R"({"version":7})"), 404, "not_found");
}

TEST_F(FlowTestsApi, AreMadeOfARun) {
    const auto flow = make_flow();
    const auto run = client.start_run(flow, R"({"a":1})");
    ASSERT_EQ(client.status_at_end(run), "completed");
    const Answer made = client.get("/api/flows/" + flow + "/tests/from-run/" + run);
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(made.text("/input"), R"({"a":1})");
    EXPECT_EQ(made.text("/mocks/fetch/result/status"), "200");
    EXPECT_EQ(made.text("/expect/output"), "400");
    const Answer report = run_tests(flow, R"({"tests":[)" + made.body + "]}");
    EXPECT_EQ(report.text("/passed"), "true") << report.body;
    const auto other = make_flow();
    expect_problem(client.get("/api/flows/" + other + "/tests/from-run/" + run), 404, "not_found");
}

TEST_F(FlowTestsApi, AreNotMadeOfARunThatGoesOnOrWasCancelled) {
    const auto flow = client.create_flow(signal_then_script_flow());
    const auto run = client.start_run(flow);
    const std::string path = "/api/flows/" + flow + "/tests/from-run/" + run;
    const Answer open = client.get(path);
    expect_problem(open, 409, "conflict");
    EXPECT_THAT(open.body, HasSubstr("wait for its end"));
    ASSERT_EQ(client.post("/api/runs/" + run + "/cancel").status, 202);
    ASSERT_EQ(client.status_at_end(run), "cancelled");
    const Answer cancelled = client.get(path);
    expect_problem(cancelled, 409, "conflict");
    EXPECT_THAT(cancelled.body, HasSubstr("choose a run that completed or failed"));
}

TEST_F(FlowTestsApi, BacktestTellsWhatADraftDoesOtherwise) {
    const auto flow = make_flow();
    for (int i = 0; i < 3; ++i)
        ASSERT_EQ(client.status_at_end(client.start_run(flow)), "completed");
    const Answer same = backtest(flow, R"({"runs":2})");
    ASSERT_EQ(same.status, 200) << same.body;
    EXPECT_EQ(same.text("/counts/same"), "2") << same.body;

    change_code(flow, "return INPUT.n * 3;");
    const Answer changed = backtest(flow);
    EXPECT_EQ(changed.text("/counts/different"), "3") << changed.body;
    EXPECT_EQ(changed.text("/runs/0/differences/0"),
              R"({"pointer":"/output","recorded":400,"now":600})");
    expect_problem(backtest(flow, R"({"runs":0})"), 422, "invalid_document");
    EXPECT_EQ(client.get("/api/runs?flowId=" + flow).json().at("items").as_array().size(), 3U);
}

TEST_F(FlowTestsApi, BacktestNamesAStepThatIsNewAndOneThatAsksSomethingElse) {
    const auto flow = make_flow();
    ASSERT_EQ(client.status_at_end(client.start_run(flow)), "completed");
    save_graph(flow, doubling_flow("/api/echo?status=404", "return INPUT.n * 2;"));
    const Answer other = backtest(flow);
    EXPECT_EQ(other.text("/runs/0/outcome"), "different") << other.body;
    EXPECT_EQ(other.text("/runs/0/asked/0/nodeId"), "fetch");
    EXPECT_EQ(other.text("/runs/0/asked/0/differences/0/pointer"), "/url");
    EXPECT_EQ(other.text("/runs/0/differences"), "[]");

    json::value graph = parse_json(doubling_flow("/api/echo", "return 1;")).value();
    graph.at("graph").at("nodes").at(0).at("id") = "ask";
    graph.at("graph").at("nodes").at(1).at("data").as_object().erase("inputs");
    graph.at("graph").at("edges").at(0).at("source") = "ask";
    save_graph(flow, to_json(graph));
    const Answer renamed = backtest(flow);
    EXPECT_EQ(renamed.text("/runs/0/outcome"), "unanswered") << renamed.body;
    EXPECT_EQ(renamed.text("/runs/0/problem/nodeId"), "ask");
}

TEST_F(FlowTestsApi, AFlowThatHasErrorsIsNotTested) {
    const auto flow = client.create_flow(broken_flow());
    expect_problem(run_tests(flow), 422, "invalid_document");
    expect_problem(backtest(flow), 422, "invalid_document");
}

TEST_F(FlowTestsApi, EndWhenTheClientGoesAway) {
    const auto slow = client.create_flow(
        R"({"name":"Endless","graph":{"nodes":[{"id":"a","type":"code-execution",
            "position":{"x":0,"y":0},
            "data":{"code":"while (true) {}","timeoutMs":60000}}],"edges":[]}})");
    ASSERT_EQ(save(slow, R"({"tests":[{"name":"a"}]})", "\"0\"").status, 200);
    const std::string path = "/api/flows/" + slow + "/tests/run";
    const auto quick = make_flow();
    {
        // As many as may run at the same time.
        std::vector<std::unique_ptr<LeavingClient>> leaving;
        ASSERT_TRUE(eventually([&] {
            leaving.push_back(std::make_unique<LeavingClient>(server, path));
            return run_tests(quick, one_test).status == 503;
        }));
    }
    ASSERT_TRUE(eventually([&] { return run_tests(quick, one_test).status == 200; }));
}

}  // namespace
}  // namespace swiftgrid::e2e
