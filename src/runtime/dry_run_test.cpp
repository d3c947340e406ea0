#include "runtime/dry_run.h"

#include <gmock/gmock.h>

#include "runtime/dry_run_world_test.h"

namespace swiftgrid::runtime {
namespace {

// Answers everything with one reply and remembers what was asked.
class OneReply : public OutsideWorld {
public:
    explicit OneReply(OutsideReply reply) : reply_(std::move(reply)) {}

    OutsideReply answer(const OutsideQuestion& question) override {
        asked.push_back(question.node.id + " #" + std::to_string(question.attempt) + " " +
                        std::string(question.input.view()));
        return reply_;
    }
    bool replaces(const model::PlanNode& node) const override { return node.id == replaced; }

    std::vector<std::string> asked;
    std::string replaced;

private:
    OutsideReply reply_;
};

OutsideReply result(std::string_view json) {
    OutsideAnswer answer;
    answer.outcome.result = JsonText::trusted(std::string(json));
    return answer;
}

class DryRunTest : public testing::Test {
protected:
    DryRunEnd run(std::string_view graph, OutsideWorld& outside) {
        DryRunStart start;
        start.run = RunId{world.ids.next()};
        start.plan = world.plan_of(graph);
        start.command.created.graph = start.plan->graph_id;
        start.command.created.input = JsonText::trusted("[1,2]");
        start.at = Instant{0};
        const DryRunParts parts{world.types, *world.behaviours, world.performers, world.scripts,
                                world.clock};
        const DryRunBounds bounds{world.clock.monotonic_ms() + time_ms, stop};
        return carry_out_dry(parts, std::move(start), outside, engine::empty_environment, bounds);
    }

    test::DryRunWorld world;
    std::int64_t time_ms = 60'000;
    std::atomic<bool> stop = false;
};

constexpr std::string_view delay_then_wait = R"({"nodes":[
    {"id":"rest","type":"delay","data":{"delayMs":5000}},
    {"id":"call","type":"webhook-wait","data":{"timeoutMs":7000}}],
  "edges":[{"id":"e","source":"rest","target":"call"}]})";

TEST_F(DryRunTest, AsksTheOutsideOnlyForWhatTheEngineCannotKnow) {
    OneReply outside(result(R"({"ok":true})"));
    const DryRunEnd end = run(delay_then_wait, outside);
    EXPECT_EQ(end.state.status, engine::RunStatus::completed);
    EXPECT_EQ(end.state.output->view(), R"({"ok":true})");
    EXPECT_THAT(outside.asked, testing::ElementsAre("call #1 {}"));
    EXPECT_EQ(end.at, Instant{5'000});
}

TEST_F(DryRunTest, LeavesAWaitToItsTimeWhenNobodyCalls) {
    OneReply outside(NobodyCalls{});
    const DryRunEnd end = run(delay_then_wait, outside);
    EXPECT_EQ(end.state.status, engine::RunStatus::failed);
    EXPECT_EQ(end.state.error->code, "wait_expired");
    EXPECT_EQ(end.at, Instant{12'000});
}

TEST_F(DryRunTest, EndsAtAQuestionWithoutAnAnswer) {
    OneReply outside(NoAnswer{"nobody knows", "ask somebody"});
    const DryRunEnd end = run(delay_then_wait, outside);
    ASSERT_TRUE(end.unanswered.has_value());
    EXPECT_EQ(end.unanswered->node, 1U);
    EXPECT_EQ(end.unanswered->why.detail, "nobody knows");
    EXPECT_FALSE(engine::is_final(end.state.status));
}

TEST_F(DryRunTest, AsksForCallsOfFlowsAndMapsAsAWhole) {
    constexpr std::string_view graph = R"({"nodes":[{"id":"each","type":"map","data":{
        "inputArray":"{{$trigger}}","subflowId":"0192f0c1-2a00-7000-8000-00000000000f"}}],
        "edges":[]})";
    OneReply outside(result(R"({"results":[]})"));
    const DryRunEnd end = run(graph, outside);
    EXPECT_EQ(end.state.output->view(), R"({"results":[]})");
    EXPECT_EQ(outside.asked.size(), 1U);
}

constexpr std::string_view script = R"({"nodes":[{"id":"a","type":"code-execution",
    "data":{"inputs":{"n":"{{$trigger.length * 10}}"},"code":"return INPUT.n + 1;"}}],
    "edges":[]})";

TEST_F(DryRunTest, CarriesScriptsOutUnlessTheyAreReplaced) {
    OneReply outside(result("7"));
    EXPECT_EQ(run(script, outside).state.output->view(), "21");
    EXPECT_TRUE(outside.asked.empty());
    outside.replaced = "a";
    EXPECT_EQ(run(script, outside).state.output->view(), "7");
    EXPECT_THAT(outside.asked, testing::ElementsAre(R"(a #1 {"n":20})"));
}

constexpr std::string_view request_with = R"({"nodes":[{"id":"a","type":"http-request",
    "data":{"url":"https://example.com/URL","retry":{"maxRetries":2}}}],"edges":[]})";

std::string request_to(std::string_view url) {
    std::string graph(request_with);
    return graph.replace(graph.find("URL"), 3, url);
}

TEST_F(DryRunTest, AsksForAttemptsByTheNumberTheyHaveInTheRun) {
    OutsideAnswer failed;
    engine::RunError error = engine::make_run_error("http_status", "503");
    error.retryable = true;
    failed.outcome.result = error;
    OneReply outside(failed);
    const DryRunEnd end = run(request_to("{{$trigger.map(n => n)[0]}}"), outside);
    EXPECT_EQ(end.state.status, engine::RunStatus::failed);
    EXPECT_EQ(end.state.nodes[0].attempt, 3U);
    EXPECT_THAT(outside.asked,
                testing::ElementsAre(testing::StartsWith("a #1 "), testing::StartsWith("a #2 "),
                                     testing::StartsWith("a #3 ")));
}

TEST_F(DryRunTest, AsksNobodyForAnAttemptWhoseInputFails) {
    OneReply outside(result("1"));
    const DryRunEnd end = run(request_to("{{(() => { throw new Error('no'); })()}}"), outside);
    EXPECT_EQ(end.state.status, engine::RunStatus::failed);
    // It would fail again, and is not tried again.
    EXPECT_EQ(end.state.nodes[0].attempt, 1U);
    EXPECT_TRUE(outside.asked.empty());
}

TEST_F(DryRunTest, EndsWhenItsTimeIsOver) {
    constexpr std::string_view endless = R"({"nodes":[{"id":"a","type":"code-execution",
        "data":{"code":"for (;;) {}","timeoutMs":300000}}],"edges":[]})";
    OneReply outside(result("1"));
    time_ms = 1;
    const DryRunEnd end = run(endless, outside);
    ASSERT_TRUE(end.stopped.has_value());
    EXPECT_EQ(end.stopped->code, ErrorCode::timeout);
}

TEST_F(DryRunTest, FailsAStepWithTheResultThatTookItsPlace) {
    constexpr std::string_view graph = R"({"nodes":[{"id":"a","type":"sub-flow","data":{
        "workflowId":"0192f0c1-2a00-7000-8000-00000000000f","onError":"continue"}}],"edges":[]})";
    OutsideAnswer failed;
    failed.outcome.result = engine::make_run_error("child_failed", "no");
    failed.result_if_absorbed = JsonText::trusted(R"({"output":null})");
    OneReply outside(failed);
    const DryRunEnd end = run(graph, outside);
    EXPECT_EQ(end.state.status, engine::RunStatus::completed);
    EXPECT_EQ(end.state.output->view(), R"({"output":null})");
}

}  // namespace
}  // namespace swiftgrid::runtime
