// Calls of workflows as tools: what the model is told, how calls are taken back, and whether the
// official clients understand it all.

#include <thread>

#include <gmock/gmock.h>

#include "leaving_client.h"
#include "mcp_fixture.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(Mcp, TellsTheModelWhatIsWrong) {
    const std::string flow = adder();
    const auto why = [&](const Answer& answer) {
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(answer.text("/result/isError"), "true") << answer.body;
        return answer.text("/result/content/0/text");
    };
    EXPECT_THAT(why(call("add", "{}")), HasSubstr("/a: the field 'a' is missing"));
    EXPECT_THAT(why(call("add", R"({"a":"x"})")), HasSubstr("expected a number"));
    EXPECT_THAT(why(call("add", R"({"a":1,"c":2})")), HasSubstr("/c: there is no such member"));
    EXPECT_TRUE(runs_of(flow).empty());

    offered(script_flow("throw new Error('no luck');"), "unlucky");
    const Answer failed = call("unlucky");
    EXPECT_THAT(why(failed), HasSubstr("no luck"));
    EXPECT_THAT(why(failed), HasSubstr("step 'script'"));
    EXPECT_THAT(failed.body, HasSubstr("swiftgrid/runId"));

    const json::object promise{
        {"outputSchema",
         parse_json(R"({"type":"object","properties":{"sum":{"type":"number"}}})").value()}};
    offered(script_flow("return { sum: 'many' };"), "promising", promise);
    EXPECT_THAT(why(call("promising")), HasSubstr("not what the workflow promises"));
    offered(script_flow("return 'x'.repeat(300000);"), "long");
    EXPECT_THAT(why(call("long")), HasSubstr("Read it with GET /api/runs/"));
    EXPECT_THAT(why(call("get_run", R"({"runId":"7"})")), HasSubstr("runId"));
    EXPECT_THAT(why(call("get_run", "{}")), HasSubstr("'runId' is missing"));
    EXPECT_THAT(why(call("get_run", R"({"runId":")" + std::string(unknown_id) + "\"}")),
                HasSubstr(unknown_id));
}

TEST_F(Mcp, KeepsSecretsFromTheModel) {
    ASSERT_EQ(
        client.post("/api/secrets", R"({"name":"KEY","value":"hunter2hunter2","kind":"secret"})")
            .status,
        201);
    json::value flow = parse_json(http_flow(0, "Echo the key")).value();
    json::object& data = flow.at("graph").at("nodes").at(0).at("data").as_object();
    data["url"] = "/api/echo?key={{$env.KEY}}";
    offered(to_json(flow), "leaky");
    const Answer leaked = call("leaky");
    EXPECT_EQ(leaked.text("/result/isError"), "false");
    EXPECT_THAT(leaked.body, HasSubstr("[redacted]"));
    EXPECT_THAT(leaked.body, Not(HasSubstr("hunter2hunter2")));
}

TEST_F(Mcp, ListsWorkflowsAndRuns) {
    const std::string flow = adder();
    const std::string run =
        to_json(call("add", R"({"a":4})").json().at("result").at("_meta").at("swiftgrid/runId"));
    const Answer workflows = call("list_workflows", R"({"search":"numbers"})");
    EXPECT_EQ(workflows.text("/result/structuredContent/items/0/id"), flow);
    EXPECT_THAT(workflows.body, Not(HasSubstr("recentRuns")));
    const Answer runs =
        call("list_runs", R"({"workflowId":")" + flow + R"(","status":"completed"})");
    EXPECT_EQ("\"" + runs.text("/result/structuredContent/items/0/id") + "\"", run);
    EXPECT_EQ(call("list_runs", R"({"status":"failed"})").text("/result/structuredContent/items"),
              "[]");
    const Answer read = modern("tools/call", call_params("get_run", "{\"runId\":" + run + "}"));
    EXPECT_EQ(read.text("/result/structuredContent/status"), "completed");
    EXPECT_EQ(read.text("/result/structuredContent/output/sum"), "4");
}

TEST_F(Mcp, MakesOneRunOfCallsWithOneKey) {
    const std::string flow = adder();
    const std::vector<std::string> key{"Idempotency-Key: \"once\""};
    EXPECT_EQ(call("add", R"({"a":1,"b":2})", key).text("/result/structuredContent/sum"), "3");
    json::object params = call_params("add", R"({"b":2,"a":1})");
    params["_meta"] = json::object{{"progressToken", "p"}};
    const Answer again = send(message("tools/call", params, "another id"), key);
    EXPECT_EQ(again.text("/result/structuredContent/sum"), "3");
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(runs_of(flow).size(), 1U);
    const Answer other = call("add", R"({"a":9})", key);
    EXPECT_EQ(other.text("/result/isError"), "true");
    expect_problem(call("add", R"({"a":1})", {"Idempotency-Key: " + std::string(256, 'k')}), 400,
                   "bad_request");
}

// The second call finds a run that goes on: it is told which, and leaves it alone.
TEST_F(Mcp, TellsARepeatedCallThatItsRunGoesOn) {
    const std::string flow = offered(delay_flow(600'000), "slow");
    const std::string headers = "Content-Type: application/json\r\nIdempotency-Key: once\r\n";
    const LeavingClient first(server, "/mcp", headers,
                              to_json(message("tools/call", call_params("slow", "{}"))));
    const std::string run = open_run_of(flow);
    const Answer again = call("slow", "{}", {"Idempotency-Key: once"});
    EXPECT_EQ(again.text("/result/structuredContent/runId"), run);
    EXPECT_EQ(again.text("/result/structuredContent/status"), "running");
    EXPECT_EQ(again.text("/result/isError"), "false");
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/status"), "suspended");
}

TEST_F(Mcp, StreamsProgressAndThenTheAnswer) {
    offered(chain_flow(), "chain");
    json::object params = call_params("chain", "{}");
    params["_meta"] = modern_meta();
    params["_meta"].as_object()["progressToken"] = "p1";
    auto headers = modern_headers("tools/call", "chain");
    headers.push_back("Accept: application/json, text/event-stream");
    const auto frames = client.stream({.method = "POST",
                                       .path = "/mcp",
                                       .body = to_json(message("tools/call", params, "call-1")),
                                       .headers = headers});
    ASSERT_FALSE(frames.empty());
    for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
        const json::value told = parse_json(frames[i].data).value();
        EXPECT_EQ(told.at("method"), json::value("notifications/progress"));
        EXPECT_EQ(told.at("params").at("progressToken"), json::value("p1"));
    }
    const json::value last = parse_json(frames.back().data).value();
    EXPECT_EQ(last.at("id"), json::value("call-1"));
    EXPECT_EQ(last.at("result").at("isError"), json::value(false));
}

// A run that waits goes on when somebody answers, and the caller is told so.
TEST_F(Mcp, TellsHowFarARunIs) {
    const std::string flow = offered(signal_then_script_flow(), "approve");
    json::object params = call_params("approve", "{}");
    params["_meta"] = json::object{{"progressToken", 7}};
    std::vector<Frame> frames;
    {
        const std::jthread caller([&] {
            frames =
                Client(server).stream({.method = "POST",
                                       .path = "/mcp",
                                       .body = to_json(message("tools/call", params)),
                                       .headers = {"Accept: application/json, text/event-stream"}});
        });
        const std::string run = open_run_of(flow);
        EXPECT_EQ(client.post("/api/runs/" + run + "/nodes/approval/resume", "{}").status, 202);
    }
    ASSERT_GE(frames.size(), 2U);
    std::int64_t before = 0;
    for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
        const json::value told = parse_json(frames[i].data).value();
        EXPECT_EQ(told.at("method"), json::value("notifications/progress"));
        EXPECT_EQ(told.at("params").at("progressToken"), json::value(7));
        EXPECT_FALSE(told.at("params").at("message").as_string().empty());
        EXPECT_GT(told.at("params").at("progress").to_number<std::int64_t>(), before);
        before = told.at("params").at("progress").to_number<std::int64_t>();
    }
    EXPECT_EQ(parse_json(frames.back().data).value().at("result").at("content").at(0).at("text"),
              json::value("1"));
}

class McpCallers : public Mcp {
protected:
    std::unique_ptr<LeavingClient> caller(const std::string& tool, bool streams,
                                          const json::value& id = 1) {
        const std::string accept = streams ? "Accept: application/json, text/event-stream\r\n" : "";
        return std::make_unique<LeavingClient>(
            server, "/mcp", "Content-Type: application/json\r\n" + accept,
            to_json(message("tools/call", call_params(tool, "{}"), id)));
    }
};

TEST_F(McpCallers, CancelTheRunWhenTheyGoAway) {
    json::object stays{{"cancelsRun", false}};
    const std::string lasting = offered(delay_flow(600'000), "lasting", {}, stays);
    const std::string streamed = offered(delay_flow(600'000), "streamed");
    const std::string plain = offered(delay_flow(600'000), "plain");
    const auto call_and_leave = [&](const std::string& tool, const std::string& flow,
                                    bool streams) {
        const auto gone = caller(tool, streams);
        return open_run_of(flow);
    };
    const std::string kept = call_and_leave("lasting", lasting, true);
    const std::string first = call_and_leave("streamed", streamed, true);
    EXPECT_EQ(client.status_at_end(first), "cancelled");
    const std::string second = call_and_leave("plain", plain, false);
    EXPECT_EQ(client.status_at_end(second), "cancelled");
    EXPECT_EQ(client.get("/api/runs/" + kept).text("/run/status"), "suspended");
    EXPECT_THAT(to_json(client.events(first)), HasSubstr("because its caller went away"));
    const Answer entries = client.get("/api/audit?runId=" + first + "&action=CANCELLED");
    EXPECT_EQ(entries.text("/items/0/metadata/reason"), "caller_gone");
}

// The older generations take a call back with a message of its own.
TEST_F(McpCallers, TakeACallBackWithAMessage) {
    const std::string flow = offered(delay_flow(600'000), "slow");
    const auto waiting = caller("slow", true, 41);
    const std::string run = open_run_of(flow);
    const auto take_back = [&](const json::value& id, std::vector<std::string> headers = {},
                               bool with_token = true) {
        EXPECT_EQ(send(json::object{{"jsonrpc", "2.0"},
                                    {"method", "notifications/cancelled"},
                                    {"params", json::object{{"requestId", id}}}},
                       std::move(headers), with_token)
                      .status,
                  202);
    };
    // Another's message, another request.
    take_back(41, {add_token("operator")}, false);
    take_back(42);
    take_back("41");
    take_back(json::object());
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/status"), "suspended");
    take_back(41);
    EXPECT_EQ(client.status_at_end(run), "cancelled");
}

// What runs goes on after a restart; the one who waited asks for it then.
TEST_F(McpCallers, LeaveTheRunWhenTheServerStops) {
    const std::string flow = offered(delay_flow(600'000), "slow");
    const auto waiting = caller("slow", true);
    const std::string run = open_run_of(flow);
    EXPECT_EQ(server.terminate(), 0);
    server.start();
    EXPECT_EQ(Client(server).get("/api/runs/" + run).text("/run/status"), "suspended");
}

TEST_F(Mcp, IsUnderstoodByTheOfficialClients) {
    adder({{"outputSchema",
            parse_json(R"({"type":"object","properties":{"sum":{"type":"number"}}})").value()}});
    offered(script_flow("throw new Error('no luck');"), "unlucky");
    offered(delay_flow(600'000), "slow");
    const TempFolder folder;
    ChildProcess judge({.arguments = {"node", SWIFTGRID_MCP_JUDGE, server.url(), server.token()},
                        .stdout_file = folder.file("out"),
                        .stderr_file = folder.file("err")});
    EXPECT_EQ(judge.wait(), 0) << read_text(folder.file("err"));
    EXPECT_THAT(read_text(folder.file("out")), HasSubstr("understand"));
}

}  // namespace
}  // namespace swiftgrid::e2e
