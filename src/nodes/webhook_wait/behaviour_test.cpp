#include "nodes/webhook_wait/behaviour.h"

#include "nodes/planned_node_test.h"

namespace swiftgrid::nodes::webhook_wait {
namespace {

Duration wait_of(std::string_view data) {
    const auto directive = PlannedNode("webhook-wait", data).enter("{}");
    const auto* await = std::get_if<engine::AwaitSignal>(&directive);
    EXPECT_NE(await, nullptr) << result_of(directive);
    return await ? await->at_most : Duration{-1};
}

TEST(WebhookWait, WaitsSevenDaysUnlessItSaysOtherwise) {
    EXPECT_EQ(wait_of("{}"), Duration{604'800'000});
    EXPECT_EQ(wait_of(R"({"timeoutMs":null})"), Duration{604'800'000});
    EXPECT_EQ(wait_of(R"({"timeoutMs":1})"), Duration{1});
    EXPECT_EQ(wait_of(R"({"timeout_str":"2h"})"), Duration{7'200'000});
}

TEST(WebhookWait, HandsOnWhatTheCallSaid) {
    const PlannedNode node("webhook-wait", "{}");
    EXPECT_EQ(result_of(node.resume(engine::SignalReceived{*JsonText::parse(R"({"ok":true})")})),
              R"({"resumed":true,"webhook_payload":{"ok":true}})");
    EXPECT_EQ(result_of(node.resume(engine::SignalReceived{JsonText()})),
              R"({"resumed":true,"webhook_payload":null})");
}

TEST(WebhookWait, FailsWhenNobodyCalledInTime) {
    const PlannedNode node("webhook-wait", R"({"timeoutMs":5400000})");
    const auto refused = refusal_of(node.resume(engine::WaitExpired{}));
    EXPECT_EQ(refused.error.code, "wait_expired");
    EXPECT_TRUE(refused.error.message.starts_with("nobody called the resume address within 1h30m"))
        << refused.error.message;
    EXPECT_FALSE(refused.error.retryable);
    EXPECT_EQ(refused.result, std::nullopt);
}

TEST(WebhookWait, HasItsDescriptionAsInputAndNeverTheResultsBeforeIt) {
    const auto input_of = [](std::string_view data) {
        const PlannedNode node("webhook-wait", data);
        EXPECT_TRUE(node.node().has_input);
        return to_json(node.node().descriptor->input_template(node.node().data).value());
    };
    EXPECT_EQ(input_of("{}"), "{}");
    EXPECT_EQ(input_of(R"({"description":"Approve {{$trigger.id}}"})"),
              R"({"description":"Approve {{$trigger.id}}"})");
}

}  // namespace
}  // namespace swiftgrid::nodes::webhook_wait
