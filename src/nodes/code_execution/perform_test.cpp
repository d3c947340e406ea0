#include "nodes/code_execution/perform.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::nodes::code_execution {
namespace {

PerformRequest request(std::int64_t timeout_ms = 0) {
    auto plan = std::make_shared<model::Plan>();
    plan->nodes.emplace_back().id = "c";
    plan->nodes[0].data["code"] = "return INPUT";
    plan->nodes[0].timeout_ms = timeout_ms;
    PerformRequest request;
    request.plan = plan;
    request.input = JsonText::trusted("[1]");
    return request;
}

TEST(CodePerformer, GivesTheScriptItsInputTheTriggerAndTheNodes) {
    PerformRequest asked = request();
    asked.bindings = {{"a", JsonText::trusted("1")},
                      {"$trigger", JsonText::trusted("\"t\"")},
                      {"b-2", JsonText::trusted("[2]")}};
    const auto call = make_performer()->prepare(asked);
    const auto& code = std::get<sandbox::Code>(call.work);
    EXPECT_EQ(code.source, "return INPUT");
    EXPECT_EQ(code.input.view(), "[1]");
    ASSERT_EQ(code.bindings.size(), 2u);
    EXPECT_EQ(code.bindings[0].name, "$trigger");
    EXPECT_EQ(code.bindings[0].value.view(), "\"t\"");
    EXPECT_EQ(code.bindings[1].name, "nodes");
    EXPECT_EQ(code.bindings[1].value.view(), R"({"a":1,"b-2":[2]})");
}

TEST(CodePerformer, UsesTheNodesOwnTimeLimit) {
    EXPECT_EQ(make_performer()->prepare(request(70)).time_ms, 70);
    EXPECT_EQ(make_performer()->prepare(request()).time_ms, limits::script_time_ms);
}

TEST(CodePerformer, KeepsTheLogsOfASuccess) {
    sandbox::Reply reply;
    reply.outcome = sandbox::CodeResult{JsonText::trusted("false")};
    reply.logs = {{sandbox::LogLevel::warn, "a \"b\""}, {sandbox::LogLevel::log, "c"}};
    reply.duration_us = 12'999;
    const auto outcome = make_performer()->finish(request(), std::move(reply));
    EXPECT_EQ(std::get<JsonText>(outcome.result).view(), "false");
    EXPECT_EQ(outcome.duration_ms, 12);
    EXPECT_FALSE(outcome.outputs);
    ASSERT_TRUE(outcome.extras);
    EXPECT_EQ(outcome.extras->view(),
              R"({"logs":[{"level":"warn","text":"a \"b\""},{"level":"log","text":"c"}]})");
}

TEST(CodePerformer, KeepsTheLogsAndThePlaceOfAFailure) {
    sandbox::Reply reply;
    reply.outcome = sandbox::ScriptError{"script_error", "TypeError: x", 3, 7};
    reply.logs = {{sandbox::LogLevel::log, "here"}};
    const auto outcome = make_performer()->finish(request(), std::move(reply));
    const auto& error = std::get<engine::RunError>(outcome.result);
    EXPECT_EQ(error.code, "script_error");
    EXPECT_EQ(error.message, "TypeError: x");
    EXPECT_FALSE(error.retryable);
    ASSERT_TRUE(error.details);
    EXPECT_EQ(error.details->view(), R"({"line":3,"column":7})");
    EXPECT_TRUE(outcome.extras);
}

}  // namespace
}  // namespace swiftgrid::nodes::code_execution
