#include "api/mcp/message.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace swiftgrid::api {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view modern_meta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientCapabilities":{}})";

std::string call_body(std::string_view name, std::string_view meta = modern_meta) {
    return R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" +
           std::string(name) + "\"," + std::string(meta) + "}}";
}

Request post(std::string body, std::vector<Header> headers = {}) {
    Request request;
    request.method = "POST";
    request.body = std::move(body);
    request.headers = std::move(headers);
    return request;
}

std::vector<Header> modern_headers(std::string method, std::vector<Header> more = {}) {
    std::vector<Header> headers{{"mcp-protocol-version", "2026-07-28"},
                                {"MCP-METHOD", std::move(method)}};
    headers.insert(headers.end(), more.begin(), more.end());
    return headers;
}

McpFailure failure_of(const Request& request) {
    const auto message = read_mcp(request);
    EXPECT_FALSE(message) << request.body;
    return message ? McpFailure{} : message.error();
}

McpRequest request_in(const Request& request) {
    auto message = read_mcp(request);
    EXPECT_TRUE(message) << request.body << (message ? "" : message.error().message);
    if (!message || !std::holds_alternative<McpRequest>(*message)) return {};
    return std::get<McpRequest>(*std::move(message));
}

TEST(McpMessage, ReadsBothGenerations) {
    const auto legacy = request_in(
        post(R"({"jsonrpc":"2.0","id":"a","method":"tools/list","params":{"cursor":"x"}})",
             {{"MCP-Protocol-Version", "2025-06-18"}}));
    EXPECT_EQ(legacy.era, McpEra::legacy);
    EXPECT_EQ(legacy.id, json::value("a"));
    EXPECT_EQ(legacy.params.at("cursor"), json::value("x"));
    EXPECT_EQ(request_in(post(R"({"jsonrpc":"2.0","id":1,"method":"ping"})")).era, McpEra::legacy);

    const auto modern =
        request_in(post(call_body("ask"), modern_headers("tools/call", {{"Mcp-Name", "ask"}})));
    EXPECT_EQ(modern.era, McpEra::modern);
    EXPECT_EQ(modern.method, "tools/call");
    EXPECT_FALSE(modern.progress_token);
    const auto told = request_in(
        post(R"({"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"progressToken":7}}})"));
    EXPECT_EQ(told.progress_token, json::value(7));
}

TEST(McpMessage, TakesNotificationsAndNothingElseWithoutAnId) {
    const auto message =
        read_mcp(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"));
    ASSERT_TRUE(message);
    EXPECT_EQ(std::get<McpNotification>(*message).method, "notifications/initialized");
    const auto failure = failure_of(post(R"({"jsonrpc":"2.0","method":"tools/call"})"));
    EXPECT_EQ(failure.code, mcp_code::invalid_request);
    EXPECT_THAT(failure.message, HasSubstr("no 'id'"));
}

TEST(McpMessage, RefusesWhatIsNoMessage) {
    const auto code = [](const std::string& body) { return failure_of(post(body)).code; };
    EXPECT_EQ(code(""), mcp_code::parse_error);
    EXPECT_EQ(code("{"), mcp_code::parse_error);
    EXPECT_EQ(code("{\"a\":\"\xff\"}"), mcp_code::parse_error);
    EXPECT_EQ(
        code(std::string(limits::json_depth + 1, '[') + std::string(limits::json_depth + 1, ']')),
        mcp_code::parse_error);
    EXPECT_EQ(code("[]"), mcp_code::invalid_request);
    EXPECT_EQ(code(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])"), mcp_code::invalid_request);
    EXPECT_EQ(code("7"), mcp_code::invalid_request);
    EXPECT_EQ(code(R"({"id":1,"method":"ping"})"), mcp_code::invalid_request);
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":1,"result":{}})"), mcp_code::invalid_request);
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":1,"method":7})"), mcp_code::invalid_request);
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":1,"method":"x","params":[]})"),
              mcp_code::invalid_params);
    for (const std::string id : {"null", "1.5", "{}", "[]", "true"})
        EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"ping"})"),
                  mcp_code::invalid_request)
            << id;
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","method":"ping","id":")" +
                   std::string(limits::mcp_id_bytes + 1, 'x') + "\"}"),
              mcp_code::invalid_request);
    EXPECT_EQ(
        code(R"({"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"progressToken":{}}}})"),
        mcp_code::invalid_params);
}

TEST(McpMessage, WantsHeadersThatSayWhatTheBodySays) {
    const auto code = [](std::vector<Header> headers, std::string_view name = "ask") {
        return failure_of(post(call_body(name), std::move(headers))).code;
    };
    EXPECT_EQ(code({}), mcp_code::header_mismatch);
    EXPECT_EQ(code(modern_headers("tools/call")), mcp_code::header_mismatch);
    EXPECT_EQ(code(modern_headers("tools/list", {{"Mcp-Name", "ask"}})), mcp_code::header_mismatch);
    EXPECT_EQ(code(modern_headers("tools/call", {{"Mcp-Name", "Ask"}})), mcp_code::header_mismatch);
    EXPECT_EQ(code(modern_headers("tools/call", {{"Mcp-Name", "ask"}, {"mcp-name", "other"}})),
              mcp_code::header_mismatch);
    EXPECT_EQ(code({{"Mcp-Method", "tools/call"}, {"Mcp-Name", "ask"}}), mcp_code::header_mismatch);
    EXPECT_EQ(code(modern_headers("tools/call", {{"Mcp-Name", "=?base64?YX?="}})),
              mcp_code::header_mismatch);
    const auto failure = failure_of(
        post(call_body("ask"), modern_headers("tools/call", {{"Mcp-Name", "\xff\x01\"other"}})));
    EXPECT_EQ(failure.status, 400);
    EXPECT_EQ(failure.id, json::value(1));
    std::string shown;
    append_json_string(shown, failure.message);
    EXPECT_TRUE(JsonText::parse(shown));
}

TEST(McpMessage, ReadsNamesThatAHeaderCannotHold) {
    const auto name = [](std::string_view in_body, std::string in_header) {
        return read_mcp(post(call_body(in_body),
                             modern_headers("tools/call", {{"Mcp-Name", std::move(in_header)}})))
            .has_value();
    };
    EXPECT_TRUE(name("\xc3\xbc", "=?base64?w7w=?="));
    EXPECT_TRUE(name("abc", "=?base64?YWJj?="));
    EXPECT_TRUE(name("=?base64?", "=?base64?"));
    EXPECT_FALSE(name("abc", "=?base64?YWJk?="));
    EXPECT_FALSE(name("abc", "=?base64?!!!!?="));
    EXPECT_FALSE(name("abc",
                      "=?base64?"
                      "?="));
}

TEST(McpMessage, SaysWhichVersionsThereAre) {
    const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{)"
                             R"("io.modelcontextprotocol/protocolVersion":"1900-01-01"}}})";
    const auto failure =
        failure_of(post(body, {{"MCP-Protocol-Version", "1900-01-01"}, {"Mcp-Method", "x"}}));
    EXPECT_EQ(failure.status, 400);
    EXPECT_EQ(failure.code, mcp_code::unsupported_version);
    EXPECT_EQ(failure.data.at("requested"), json::value("1900-01-01"));
    EXPECT_EQ(failure.data.at("supported").at(0), json::value("2026-07-28"));
    const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
    EXPECT_EQ(failure_of(post(ping, {{"MCP-Protocol-Version", "1900-01-01"}})).code,
              mcp_code::unsupported_version);
    // The header of the newer generation with the body of an older one.
    EXPECT_EQ(failure_of(post(ping, {{"MCP-Protocol-Version", "2026-07-28"}})).code,
              mcp_code::invalid_params);
    const std::string without_capabilities =
        call_body("ask", R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"})");
    EXPECT_EQ(
        failure_of(post(without_capabilities, modern_headers("tools/call", {{"Mcp-Name", "ask"}})))
            .code,
        mcp_code::invalid_params);
}

}  // namespace
}  // namespace swiftgrid::api
