#include "api/mcp/answers.h"

#include <gmock/gmock.h>

#include "api/mcp/open_calls.h"
#include "api/mcp/progress_feed.h"
#include "api/mcp/run_tools.h"
#include "api/mcp/tool_result.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

using ::testing::HasSubstr;

json::value body_of(const Response& response) {
    return parse_json(std::string(response.body.view())).value();
}

const RunId some_run = parse_id<RunId>("01931e3c-7a5f-7000-8000-000000000001").value();

json::value shown(const ToolResult& result, McpEra era) {
    return parse_json("{" + written(result, era).members + "}").value();
}

TEST(McpAnswers, AreOfTheGenerationThatAsked) {
    const McpRequest legacy{McpEra::legacy, 7, "ping", {}, std::nullopt};
    EXPECT_EQ(body_of(mcp_result(legacy, {}, "1.0")),
              parse_json(R"({"jsonrpc":"2.0","id":7,"result":{}})").value());
    const McpRequest modern{McpEra::modern, "a\"b", "x", {}, std::nullopt};
    const auto answer = body_of(mcp_result(modern, {R"("tools":[])", R"("k":1)"}, "1.0"));
    EXPECT_EQ(answer.at("id"), json::value("a\"b"));
    EXPECT_EQ(answer.at("result").at("resultType"), json::value("complete"));
    EXPECT_EQ(answer.at("result").at("_meta").at("k"), json::value(1));
    EXPECT_EQ(
        answer.at("result").at("_meta").at("io.modelcontextprotocol/serverInfo").at("version"),
        json::value("1.0"));
}

TEST(McpAnswers, TellErrorsWithoutAnIdThatWasNotRead) {
    const Response response = mcp_failure({400, {}, mcp_code::parse_error, "no JSON", {}});
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(
        body_of(response),
        parse_json(R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"no JSON"}})").value());
}

TEST(ToolResult, IsTextAndValue) {
    const runtime::RunEnd end{engine::RunStatus::completed, JsonText::parse(R"({"a":"x"})").value(),
                              std::nullopt};
    const ToolResult result = result_of_run(some_run, end, std::nullopt);
    EXPECT_EQ(shown(result, McpEra::legacy),
              parse_json(R"({"content":[{"type":"text","text":"{\"a\":\"x\"}"}],
                             "structuredContent":{"a":"x"},"isError":false})")
                  .value());
    EXPECT_THAT(written(result, McpEra::legacy).meta, HasSubstr(to_string(some_run)));
    // What is no object is a value for the newer generation only.
    const runtime::RunEnd text{engine::RunStatus::completed, JsonText::string("hi"), std::nullopt};
    const ToolResult said = result_of_run(some_run, text, std::nullopt);
    EXPECT_EQ(said.text, "hi");
    EXPECT_FALSE(shown(said, McpEra::legacy).as_object().contains("structuredContent"));
    EXPECT_EQ(shown(said, McpEra::modern).at("structuredContent"), json::value("hi"));
}

TEST(ToolResult, SaysWhyThereIsNone) {
    runtime::RunEnd end{engine::RunStatus::failed, JsonText(),
                        engine::make_run_error("http_status", "404 from example.com")};
    end.error->node_id = "fetch";
    const ToolResult failed = result_of_run(some_run, end, std::nullopt);
    EXPECT_TRUE(failed.is_error);
    EXPECT_THAT(failed.text, HasSubstr("step 'fetch': 404 from example.com (http_status)"));
    EXPECT_FALSE(shown(failed, McpEra::modern).as_object().contains("structuredContent"));

    const json::object promised{{"type", "object"}, {"required", json::array{"sum"}}};
    const runtime::RunEnd other{engine::RunStatus::completed,
                                JsonText::parse(R"({"total":3})").value(), std::nullopt};
    const ToolResult broken = result_of_run(some_run, other, promised);
    EXPECT_TRUE(broken.is_error);
    EXPECT_THAT(broken.text, HasSubstr("'sum' is missing"));
    EXPECT_THAT(broken.text, HasSubstr(R"({"total":3})"));

    const std::string long_text(limits::tool_output_bytes, 'x');
    const runtime::RunEnd huge{engine::RunStatus::completed, JsonText::string(long_text),
                               std::nullopt};
    const ToolResult refused = result_of_run(some_run, huge, std::nullopt);
    EXPECT_TRUE(refused.is_error);
    EXPECT_LT(refused.text.size(), 500U);
    EXPECT_THAT(refused.text, HasSubstr("/api/runs/" + to_string(some_run)));
}

TEST(ToolResult, OfARunThatGoesOnNamesTheRun) {
    EXPECT_THAT(still_running(some_run, false).text, HasSubstr(to_string(some_run)));
    EXPECT_FALSE(still_running(some_run, false).is_error);
    EXPECT_TRUE(still_running(some_run, true).is_error);
}

TEST(RunTools, AreListedWithSchemas) {
    const json::value list = parse_json("[" + run_tool_entries() + "]").value();
    ASSERT_EQ(list.as_array().size(), 3U);
    for (const json::value& tool : list.as_array()) {
        EXPECT_EQ(tool.at("inputSchema").at("type"), json::value("object"));
        EXPECT_EQ(tool.at("annotations").at("readOnlyHint"), json::value(true));
        EXPECT_FALSE(tool.at("description").as_string().empty());
    }
}

class Waiter final : public OpenCall {
public:
    void give_up() override { has_given_up = true; }
    bool has_given_up = false;
};

TEST(OpenCalls, FindTheOneThatIsMeantOrNone) {
    OpenCalls calls;
    const auto first = std::make_shared<Waiter>();
    const auto second = std::make_shared<Waiter>();
    const auto place = calls.enter("a", first);
    ASSERT_TRUE(place);
    ASSERT_TRUE(calls.enter("b", second));
    EXPECT_EQ(calls.only("a"), first);
    EXPECT_EQ(calls.only("c"), nullptr);
    ASSERT_TRUE(calls.enter("a", second));
    EXPECT_EQ(calls.only("a"), nullptr);
    calls.leave(*place);
    EXPECT_EQ(calls.only("a"), second);
}

TEST(OpenCalls, AreBounded) {
    OpenCalls calls;
    const auto waiter = std::make_shared<Waiter>();
    std::optional<OpenCalls::Id> last;
    for (std::size_t i = 0; i < limits::tool_calls; ++i) last = calls.enter("a", waiter);
    ASSERT_TRUE(last);
    EXPECT_FALSE(calls.enter("a", waiter));
    calls.leave(*last);
    EXPECT_TRUE(calls.enter("a", waiter));
}

TEST(Progress, IsTheEventInWords) {
    EXPECT_EQ(progress_text(R"({"id":3,"runId":"r","nodeId":"fetch","eventType":"NODE_STARTED",)"
                            R"("attempt":1,"payload":{"payload":1},"createdAt":"x"})"),
              "fetch: started");
    EXPECT_EQ(progress_text(R"({"id":3,"nodeId":null,"eventType":"RUN_STARTED","payload":0})"),
              "run started");
    EXPECT_EQ(progress_text("?"), "");
}

}  // namespace
}  // namespace swiftgrid::api
