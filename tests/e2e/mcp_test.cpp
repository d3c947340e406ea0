// Workflows as tools of assistants: the protocol in both generations, over HTTP.

#include <gmock/gmock.h>

#include "mcp_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(Mcp, SpeaksTheOlderGenerations) {
    adder();
    for (const std::string version : {"2025-11-25", "2025-06-18", "2025-03-26"})
        EXPECT_EQ(
            legacy("initialize", {{"protocolVersion", version}}).text("/result/protocolVersion"),
            version);
    const Answer hello =
        legacy("initialize", {{"protocolVersion", "2024-11-05"}, {"capabilities", json::object()}});
    EXPECT_EQ(hello.text("/result/protocolVersion"), "2025-11-25");
    EXPECT_EQ(hello.text("/result/serverInfo/name"), "swiftgrid");
    EXPECT_EQ(hello.text("/result/capabilities"), R"({"tools":{}})");
    EXPECT_EQ(hello.header("mcp-session-id"), "");
    const Answer ready =
        send(json::object{{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
    EXPECT_EQ(ready.status, 202);
    EXPECT_EQ(ready.body, "");
    EXPECT_EQ(legacy("ping").text("/result"), "{}");

    const Answer list = legacy("tools/list");
    EXPECT_THAT(tool_names(list), ElementsAre("list_workflows", "list_runs", "get_run", "add"));
    const json::value tool = tool_of(list, "add");
    EXPECT_EQ(tool.at("title"), json::value("Add numbers"));
    EXPECT_EQ(to_json(tool.at("inputSchema")),
              R"({"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},)"
              R"("required":["a"],"additionalProperties":false})");

    const Answer sum = call("add", R"({"a":2,"b":3})");
    EXPECT_EQ(sum.text("/result/structuredContent/sum"), "5");
    EXPECT_EQ(sum.text("/result/content/0/text"), R"({"sum":5})");
    EXPECT_EQ(sum.text("/result/isError"), "false");
    EXPECT_THAT(sum.body, Not(HasSubstr("resultType")));
    const Answer unknown = legacy("prompts/list");
    EXPECT_EQ(unknown.status, 200);
    EXPECT_EQ(unknown.text("/error/code"), "-32601");
}

TEST_F(Mcp, SpeaksTheNewerGeneration) {
    const std::string flow = adder();
    const Answer found = modern("server/discover");
    EXPECT_EQ(found.text("/result/resultType"), "complete");
    EXPECT_EQ(found.text("/result/supportedVersions/0"), "2026-07-28");
    EXPECT_EQ(found.text("/result/capabilities"), R"({"tools":{}})");
    EXPECT_EQ(found.text("/result/cacheScope"), "private");
    EXPECT_THAT(found.body, HasSubstr("io.modelcontextprotocol/serverInfo"));

    const Answer list = modern("tools/list");
    EXPECT_EQ(list.text("/result/cacheScope"), "private");
    EXPECT_EQ(list.text("/result/ttlMs"), "10000");
    const Answer sum = modern("tools/call", call_params("add", R"({"a":2})"));
    EXPECT_EQ(sum.text("/result/structuredContent/sum"), "2");
    EXPECT_EQ(sum.text("/result/resultType"), "complete");

    const auto runs = runs_of(flow);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].at("trigger"), json::value("mcp"));
    EXPECT_EQ(runs[0].at("version"), json::value(1));
    const std::string id(runs[0].at("id").as_string());
    EXPECT_THAT(sum.body, HasSubstr("\"swiftgrid/runId\":\"" + id));
    EXPECT_EQ(client.get("/api/runs/" + id).text("/run/inputData"), R"({"a":2})");

    // What only the older ones have, and what nobody has.
    for (const std::string method : {"initialize", "ping", "resources/list"}) {
        const Answer none = modern(method);
        EXPECT_EQ(none.status, 404) << method;
        EXPECT_EQ(none.text("/error/code"), "-32601");
    }
    EXPECT_EQ(modern("tools/call", call_params("nobody", "{}")).text("/error/code"), "-32602");
}

TEST_F(Mcp, RefusesHeadersThatSayAnotherThing) {
    adder();
    json::object params = call_params("add", R"({"a":1})");
    params["_meta"] = modern_meta();
    const json::object body = message("tools/call", params);
    const auto code = [&](std::vector<std::string> headers) {
        const Answer answer = send(body, std::move(headers));
        EXPECT_EQ(answer.status, 400) << answer.body;
        EXPECT_EQ(answer.text("/id"), "1");
        return answer.text("/error/code");
    };
    EXPECT_EQ(code({}), "-32020");
    EXPECT_EQ(code(modern_headers("tools/call", "other")), "-32020");
    EXPECT_EQ(code(modern_headers("tools/list", "add")), "-32020");
    EXPECT_EQ(code({"MCP-Protocol-Version: 2025-11-25", "Mcp-Method: tools/call", "Mcp-Name: add"}),
              "-32020");
    EXPECT_EQ(send(body, modern_headers("tools/call", "=?base64?YWRk?=")).status, 200);

    params["_meta"].as_object()["io.modelcontextprotocol/protocolVersion"] = "2027-01-01";
    const Answer newer =
        send(message("tools/call", params),
             {"MCP-Protocol-Version: 2027-01-01", "Mcp-Method: tools/call", "Mcp-Name: add"});
    EXPECT_EQ(newer.status, 400);
    EXPECT_EQ(newer.text("/error/code"), "-32022");
    EXPECT_EQ(newer.text("/error/data/supported/0"), "2026-07-28");
    EXPECT_EQ(newer.text("/error/data/requested"), "2027-01-01");
}

TEST_F(Mcp, TakesNothingThatIsNoMessage) {
    const auto raw = [&](const std::string& body, const std::string& type = "application/json") {
        return client.send(
            {.method = "POST", .path = "/mcp", .body = body, .headers = {"Content-Type: " + type}});
    };
    for (const char* method : {"GET", "DELETE", "PUT"})
        EXPECT_EQ(client.send({.method = method, .path = "/mcp"}).status, 405) << method;
    expect_problem(raw("{}", "text/plain"), 415, "unsupported_media_type");
    const auto code = [&](const std::string& body) {
        const Answer answer = raw(body);
        EXPECT_EQ(answer.status, 400) << answer.body;
        return answer.text("/error/code");
    };
    EXPECT_EQ(code("{"), "-32700");
    EXPECT_EQ(code(std::string(100'000, '[')), "-32700");
    EXPECT_EQ(code("[]"), "-32600");
    EXPECT_EQ(code(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{}])"), "-32600");
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":null,"method":"ping"})"), "-32600");
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":1,"result":{}})"), "-32600");
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","method":"tools/call"})"), "-32600");
    EXPECT_EQ(legacy("tools/call", {{"name", "get_run"}, {"arguments", json::array{1}}})
                  .text("/error/code"),
              "-32602");
    EXPECT_EQ(legacy("tools/call", {{"name", 7}}).text("/error/code"), "-32602");
    EXPECT_EQ(legacy("tools/list", {{"cursor", "no cursor"}}).text("/error/code"), "-32602");
    EXPECT_EQ(legacy("tools/list", {{"cursor", 7}}).text("/error/code"), "-32602");
    expect_problem(raw(std::string(17 * 1024 * 1024, ' ')), 413, "too_large");
    EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(Mcp, LetsInWhoMay) {
    const std::string flow = adder();
    const json::object list = message("tools/list", {});
    const json::object add = message("tools/call", call_params("add", R"({"a":1})"));
    const Answer stranger = send(list, {}, false);
    expect_problem(stranger, 401, "unauthorized");
    EXPECT_EQ(stranger.header("www-authenticate"), "Bearer");
    expect_problem(send(list, {"Authorization: Bearer sg_live_wrong"}, false), 401, "unauthorized");

    const std::string viewer = add_token("viewer");
    EXPECT_THAT(tool_names(send(list, {viewer}, false)),
                ElementsAre("list_workflows", "list_runs", "get_run"));
    const Answer refused = send(add, {viewer}, false);
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.text("/error/message"), HasSubstr("'operator'"));
    EXPECT_TRUE(runs_of(flow).empty());
    const std::string starter = add_token("operator");
    EXPECT_EQ(send(add, {starter}, false).text("/result/structuredContent/sum"), "1");

    // A page of another site, whatever it knows.
    expect_problem(send(list, {starter, "Origin: http://evil.example"}, false), 403, "forbidden");
    expect_problem(send(list, {starter, "Origin: null"}, false), 403, "forbidden");
    EXPECT_EQ(send(list, {starter, origin()}, false).status, 200);
    expect_problem(send(list, {starter, "Host: evil.example"}, false), 403, "forbidden");
}

TEST_F(Mcp, ListsWhatIsOfferedAndPublished) {
    const std::string flow = client.create_flow(script_flow("return 1;", "Daily report (new)"));
    const std::string path = "/api/flows/" + flow + "/tool";
    EXPECT_EQ(client.get(path).text("/name"), "daily_report_new");
    EXPECT_EQ(client.get(path).text("/enabled"), "false");
    EXPECT_EQ(client.get(path).text("/url"), server.url() + "/mcp");
    EXPECT_EQ(client.put(path, R"({"enabled":true})").text("/name"), "daily_report_new");
    EXPECT_THAT(legacy("tools/list").body, Not(HasSubstr("daily_report_new")));
    const auto stamp = [&] {
        return to_json(legacy("tools/list").json().at("result").at("_meta").at("swiftgrid/stamp"));
    };
    const std::string before = stamp();
    client.post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})");
    EXPECT_NE(stamp(), before);
    EXPECT_EQ(stamp(), stamp());
    const json::value tool = tool_of(legacy("tools/list"), "daily_report_new");
    EXPECT_EQ(to_json(tool.at("inputSchema")), R"({"type":"object"})");
    EXPECT_EQ(tool.at("annotations").at("readOnlyHint"), json::value(false));

    client.put(path, R"({"description":"Makes a report.","readsOnly":true})");
    const json::value described = tool_of(legacy("tools/list"), "daily_report_new");
    EXPECT_EQ(described.at("description"), json::value("Makes a report."));
    EXPECT_EQ(described.at("annotations").at("readOnlyHint"), json::value(true));
    EXPECT_EQ(call("daily_report_new").text("/result/content/0/text"), "1");
    EXPECT_EQ(client.put(path, R"({"enabled":false})").text("/name"), "daily_report_new");
    EXPECT_EQ(call("daily_report_new").text("/error/code"), "-32602");
    const auto entries = client.get("/api/audit?flowId=" + flow + "&action=TOOL_CHANGED");
    EXPECT_EQ(entries.json().at("items").as_array().size(), 3U);
}

TEST_F(Mcp, GivesLongListsInPages) {
    constexpr int count = 60;
    std::vector<std::string> expected{"list_workflows", "list_runs", "get_run"};
    for (int i = 0; i < count; ++i) {
        expected.push_back("tool" + std::to_string(100 + i));
        offered(script_flow("return 1;"), expected.back());
    }
    std::vector<std::string> found;
    json::object params;
    int pages = 0;
    for (;; ++pages) {
        const Answer page = legacy("tools/list", params);
        const auto names = tool_names(page);
        found.insert(found.end(), names.begin(), names.end());
        const json::value document = page.json();
        const auto* next = document.at("result").as_object().if_contains("nextCursor");
        if (!next) break;
        params["cursor"] = *next;
    }
    EXPECT_EQ(pages, 1);
    EXPECT_EQ(found, expected);
}

TEST_F(Mcp, RefusesNamesThatAreNoneOrTaken) {
    adder();
    const std::string flow = client.create_flow(script_flow("return 1;", "Add"));
    const std::string path = "/api/flows/" + flow + "/tool";
    const auto put = [&](const std::string& body) { return client.put(path, body); };
    expect_problem(put(R"({"enabled":true,"name":"a b"})"), 422, "invalid_document");
    expect_problem(put(R"({"enabled":true,"name":"get_run"})"), 422, "invalid_document");
    expect_problem(put(R"({"enabled":true,"name":"add"})"), 409, "conflict");
    expect_problem(put(R"({"enabled":1})"), 422, "invalid_document");
    expect_problem(put(R"({"offered":true})"), 422, "invalid_document");
    expect_problem(put("{\"description\":\"" + std::string(4'001, 'x') + "\"}"), 422,
                   "invalid_document");
    EXPECT_EQ(client.get(path).text("/enabled"), "false");
    // A name that is made is a free one.
    const Answer made = put(R"({"enabled":true})");
    EXPECT_THAT(made.text("/name"), testing::StartsWith("add_"));
    EXPECT_EQ(client.put("/api/flows/" + std::string(unknown_id) + "/tool", "{}").status, 404);
}

}  // namespace
}  // namespace swiftgrid::e2e
