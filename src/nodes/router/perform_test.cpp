#include "nodes/router/perform.h"

#include <gtest/gtest.h>

#include "nodes/router/behaviour.h"

namespace swiftgrid::nodes::router {
namespace {

using sandbox::ExpressionResult;
using sandbox::ExpressionValue;
using sandbox::ScriptError;

JsonText text(std::string_view json) { return JsonText::parse(json).value(); }

PerformRequest request(std::string_view data, std::string_view value) {
    auto plan = std::make_shared<model::Plan>();
    plan->nodes.emplace_back().id = "r";
    plan->nodes[0].data = text(data).to_value().as_object();
    PerformRequest request;
    request.plan = plan;
    request.input = text("{\"value\":" + std::string(value) + "}");
    return request;
}

constexpr std::string_view by_status = R"({"conditions":[
    {"id":"ok","expression":"value < 400"},{"id":"bad","expression":"value >= 400"}],
    "defaultOutput":"other","mode":"first_match"})";

ExpressionResult is(bool truthy) {
    return {ExpressionValue{text(truthy ? "true" : "false"), truthy}};
}
ExpressionResult failed(std::string code) { return {ScriptError{std::move(code), "why", 1, 2}}; }

Outcome finish(const PerformRequest& request, std::vector<ExpressionResult> results) {
    sandbox::Reply reply;
    reply.outcome = std::move(results);
    reply.duration_us = 3'400;
    return make_performer()->finish(request, std::move(reply));
}

TEST(RouterPerformer, SendsAllConditionsInOneCall) {
    const auto call = make_performer()->prepare(request(by_status, "200"));
    const auto& work = std::get<sandbox::Expressions>(call.work);
    EXPECT_EQ(work.sources, (std::vector<std::string>{"value < 400", "value >= 400"}));
    ASSERT_EQ(work.bindings.size(), 1u);
    EXPECT_EQ(work.bindings[0].name, "value");
    EXPECT_EQ(work.bindings[0].value.view(), "200");
    EXPECT_TRUE(work.stop_at_first_true);
    EXPECT_GT(call.time_ms, 0);
}

TEST(RouterPerformer, LooksAtAllConditionsWhenItBroadcasts) {
    const auto call = make_performer()->prepare(request(R"({"mode":"broadcast"})", "1"));
    EXPECT_FALSE(std::get<sandbox::Expressions>(call.work).stop_at_first_true);
}

TEST(RouterPerformer, TakesTheOutputsOfTheTrueConditions) {
    const auto outcome = finish(request(by_status, "500"), {is(false), is(true)});
    EXPECT_EQ(outcome.outputs, (std::vector<std::string>{"bad"}));
    EXPECT_EQ(std::get<JsonText>(outcome.result).view(),
              R"({"matched_outputs":["bad"],"evaluated_value":500})");
    EXPECT_EQ(outcome.duration_ms, 3);
    EXPECT_FALSE(outcome.extras);
}

TEST(RouterPerformer, TakesTheDefaultWhenNoConditionIsTrue) {
    const auto outcome = finish(request(by_status, "\"x\""), {is(false), is(false)});
    EXPECT_EQ(outcome.outputs, (std::vector<std::string>{"other"}));
}

TEST(RouterPerformer, TakesNoOutputWhenNothingMatchesAndThereIsNoDefault) {
    const auto outcome = finish(request(R"({"conditions":[{"id":"a","expression":"false"}],
        "defaultOutput":""})",
                                        "1"),
                                {is(false)});
    EXPECT_EQ(outcome.outputs, std::vector<std::string>());
    EXPECT_EQ(std::get<JsonText>(outcome.result).view(),
              R"({"matched_outputs":[],"evaluated_value":1})");
}

TEST(RouterPerformer, CountsAConditionThatThrowsAsFalseAndRecordsWhy) {
    const auto outcome = finish(request(by_status, "null"), {failed("script_error"), is(true)});
    EXPECT_EQ(outcome.outputs, (std::vector<std::string>{"bad"}));
    ASSERT_TRUE(outcome.extras);
    EXPECT_EQ(outcome.extras->view(), R"({"conditionErrors":[{"id":"ok","message":"why"}]})");
}

TEST(RouterPerformer, FailsWhenAConditionRunsOutOfTime) {
    const auto outcome = finish(request(by_status, "1"), {is(false), failed("script_timeout")});
    const auto& error = std::get<engine::RunError>(outcome.result);
    EXPECT_EQ(error.code, "script_timeout");
    EXPECT_EQ(error.message, "condition 'bad': why");
    ASSERT_TRUE(error.details);
    EXPECT_EQ(error.details->view(), R"({"line":1,"column":2})");
}

TEST(RouterPerformer, FailsWhenTheWholeCallFailed) {
    sandbox::Reply reply;
    reply.outcome = ScriptError{"script_crashed", "the process died", 0, 0};
    const auto outcome = make_performer()->finish(request(by_status, "1"), std::move(reply));
    EXPECT_EQ(std::get<engine::RunError>(outcome.result).code, "script_crashed");
    EXPECT_FALSE(std::get<engine::RunError>(outcome.result).details);
}

TEST(RouterBehaviour, TakesTheDefaultAtOnceWhenThereAreNoConditions) {
    const auto asked = request(R"({"defaultOutput":"other"})", "[1]");
    const auto directive = make_behaviour()->enter(asked.node(), asked.input);
    const auto& done = std::get<engine::Continue>(directive);
    EXPECT_EQ(done.outputs, (std::vector<std::string>{"other"}));
    EXPECT_EQ(done.output.view(), R"({"matched_outputs":["other"],"evaluated_value":[1]})");
}

TEST(RouterBehaviour, AsksTheSandboxWhenThereAreConditions) {
    const auto asked = request(by_status, "1");
    const auto directive = make_behaviour()->enter(asked.node(), asked.input);
    EXPECT_TRUE(std::get<engine::Perform>(directive).binds.empty());
}

}  // namespace
}  // namespace swiftgrid::nodes::router
