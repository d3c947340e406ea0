#include "nodes/sub_flow/behaviour.h"

#include "nodes/planned_node_test.h"

namespace swiftgrid::nodes::sub_flow {
namespace {

using engine::ChildEnded;
using engine::RunStatus;

constexpr std::string_view child_id = "018f2a00-0000-7000-8000-000000000001";

ChildEnded ended(RunStatus status, std::string_view output = "null") {
    ChildEnded end;
    end.child = parse_id<RunId>(child_id).value();
    end.status = status;
    end.output = JsonText::parse(output).value();
    if (status == RunStatus::completed) return end;
    end.error = engine::make_run_error("http_status", "GET http://a answered with status 500");
    end.error->node_id = "fetch";
    return end;
}

engine::CallFlow call_in(std::string_view data) {
    const auto directive = PlannedNode("sub-flow", data).enter("{}");
    const auto* call = std::get_if<engine::CallFlow>(&directive);
    EXPECT_NE(call, nullptr) << result_of(directive);
    return call ? *call : engine::CallFlow{};
}

TEST(SubFlow, CallsTheLatestVersionWithoutSecretsOrTimeLimitByDefault) {
    const auto call = call_in(R"({"workflowId":"f"})");
    EXPECT_EQ(call.flow, "f");
    EXPECT_EQ(call.version.view(), R"("latest")");
    EXPECT_TRUE(call.secrets.empty());
    EXPECT_EQ(call.at_most, std::nullopt);
}

TEST(SubFlow, CallsWhatItsDataSays) {
    const auto call = call_in(R"({"workflowId":"f","version":"snapshot","timeoutMs":2500,
                                  "secretMapping":{"KEY":"SHOP_KEY","B":"B"}})");
    EXPECT_EQ(call.version.view(), R"("snapshot")");
    EXPECT_EQ(call.at_most, Duration{2500});
    EXPECT_EQ(call.secrets, (engine::SecretNames{{"KEY", "SHOP_KEY"}, {"B", "B"}}));
}

TEST(SubFlow, TakesAVersionsNumberAlsoAsText) {
    EXPECT_EQ(call_in(R"({"workflowId":"f","version":3})").version.view(), "3");
    EXPECT_EQ(call_in(R"({"workflowId":"f","version":"12"})").version.view(), "12");
    EXPECT_EQ(call_in(R"({"workflowId":"f","version":"018f"})").version.view(), R"("018f")");
    EXPECT_EQ(call_in(R"({"workflowId":"f","version":null})").version.view(), R"("latest")");
}

TEST(SubFlow, GivesTheOutputOfTheOtherFlow) {
    const PlannedNode node("sub-flow", R"({"workflowId":"f"})");
    EXPECT_EQ(result_of(node.resume(ended(RunStatus::completed, R"({"a":1})"))),
              R"({"output":{"a":1},"child_run_id":")" + std::string(child_id) +
                  R"(","child_status":"completed"})");
}

TEST(SubFlow, GivesThePartOfTheOutputThatItsPathLeadsTo) {
    const auto output_at = [](std::string_view path, std::string_view output) {
        const PlannedNode node("sub-flow",
                               R"({"workflowId":"f","outputPath":")" + std::string(path) + R"("})");
        const auto result =
            JsonText::parse(result_of(node.resume(ended(RunStatus::completed, output))));
        return std::string(result->child(std::string("output"))->view());
    };
    EXPECT_EQ(output_at("items[1].name", R"({"items":[{},{"name":false}]})"), "false");
    EXPECT_EQ(output_at("[0]", "[7]"), "7");
    EXPECT_EQ(output_at("items.length", R"({"items":[1,2]})"), "2");
    EXPECT_EQ(output_at("total ?? 0", "{}"), "0");
}

TEST(SubFlow, FailsWhenTheOutputPathLeadsNowhereAndNamesTheNearestName) {
    const PlannedNode node("sub-flow",
                           R"({"label":"Price","workflowId":"f","outputPath":"items.totl"})");
    const auto refused =
        refusal_of(node.resume(ended(RunStatus::completed, R"({"items":{"total":3,"name":"x"}})")));
    EXPECT_EQ(refused.error.code, "missing_value");
    EXPECT_EQ(refused.error.message,
              "the output path of 'Price' leads nowhere: {{output.items.totl}} is missing: "
              "output.items has no field 'totl'. Did you mean 'total'?");
    EXPECT_FALSE(refused.error.retryable) << "the other flow would give the same again";
    EXPECT_NE(refusal_of(node.resume(ended(RunStatus::completed, "null"))).error.message, "");
}

TEST(SubFlow, FailsWithTheMessageOfTheRunThatFailedAndMayBeRetried) {
    const PlannedNode node("sub-flow", R"({"label":"Price","workflowId":"f"})");
    const auto refused = refusal_of(node.resume(ended(RunStatus::failed)));
    EXPECT_EQ(refused.error.code, "child_failed");
    EXPECT_EQ(refused.error.message,
              "the flow that 'Price' called failed: GET http://a answered with status 500");
    EXPECT_TRUE(refused.error.retryable);
    EXPECT_EQ(refused.error.details->view(),
              R"({"child_run_id":")" + std::string(child_id) +
                  R"(","child_status":"failed","error":{"code":"http_status","message":)"
                  R"("GET http://a answered with status 500","nodeId":"fetch"}})");
}

TEST(SubFlow, FailsForGoodWhenItsRunWasCancelled) {
    const PlannedNode node("sub-flow", R"({"workflowId":"f"})");
    ChildEnded end = ended(RunStatus::cancelled);
    end.error.reset();
    const auto refused = refusal_of(node.resume(end));
    EXPECT_EQ(refused.error.code, "child_cancelled");
    EXPECT_EQ(refused.error.message, "the flow that 'step' called was cancelled");
    EXPECT_FALSE(refused.error.retryable);
}

TEST(SubFlow, HasAResultOfTheUsualShapeForWhoGoesOnAfterAFailure) {
    const PlannedNode node("sub-flow", R"({"workflowId":"f","onError":"continue"})");
    const auto refused = refusal_of(node.resume(ended(RunStatus::failed)));
    ASSERT_TRUE(refused.result);
    const json::value result = refused.result->to_value();
    EXPECT_EQ(result.at("output"), json::value());
    EXPECT_EQ(result.at("child_run_id"), json::value(child_id));
    EXPECT_EQ(result.at("child_status"), json::value("failed"));
    EXPECT_EQ(result.at("error").at("code"), json::value("child_failed"));
    EXPECT_EQ(result.at("error").at("nodeId"), json::value("step"));
}

TEST(SubFlow, HasThatShapeTooWhenTheRunMayNotCallAtAll) {
    const PlannedNode node("sub-flow", R"({"workflowId":"f","onError":"continue"})");
    const auto refused = node.refuse_call("depth_exceeded");
    EXPECT_EQ(refused.error.code, "depth_exceeded");
    ASSERT_TRUE(refused.result);
    EXPECT_EQ(refused.result->view(),
              R"({"output":null,"child_run_id":null,"child_status":"failed",)"
              R"("error":{"code":"depth_exceeded","message":"not that deep","nodeId":"step"}})");
}

TEST(SubFlow, IsRepeatedAsItsOwnFieldSaysUnlessTheCommonOneDoes) {
    const auto retries_in = [](std::string_view data) {
        return PlannedNode("sub-flow", data).node().retry.retries_max;
    };
    EXPECT_EQ(retries_in(R"({"workflowId":"f"})"), 0U);
    EXPECT_EQ(retries_in(R"({"workflowId":"f","maxRetries":2})"), 2U);
    EXPECT_EQ(retries_in(R"({"workflowId":"f","maxRetries":2,"retry":{"backoffMs":5}})"), 2U);
    EXPECT_EQ(retries_in(R"({"workflowId":"f","maxRetries":2,"retry":{"maxRetries":5}})"), 5U);
}

}  // namespace
}  // namespace swiftgrid::nodes::sub_flow
