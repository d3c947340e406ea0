// Recorded runs against changed flows, with the product's own node types and real script workers.

#include "control/backtest.h"

#include <gmock/gmock.h>

#include "control/flow_test_environment.h"
#include "control/mocked_world.h"
#include "runtime/dry_run_world_test.h"

namespace swiftgrid::control {
namespace {

std::string graph_of(std::string_view url, std::string_view code, std::string_view more = "") {
    return R"({"nodes":[{"id":"fetch","type":"http-request","data":{"url":")" + std::string(url) +
           R"(","retry":{"maxRetries":1})" + std::string(more) +
           R"(}},{"id":"use","type":"code-execution","data":{"inputs":{"n":"{{fetch.n ?? 0}}"},
            "code":")" +
           std::string(code) + R"("}}],"edges":[{"id":"e","source":"fetch","target":"use"}]})";
}

constexpr std::string_view here = "https://example.com/a";
constexpr std::string_view doubles = "return INPUT.n * 2;";

class BacktestTest : public testing::Test {
protected:
    // What a run of the graph recorded, whose request was answered so, one attempt after the other.
    void record(std::string_view graph, std::vector<runtime::OutsideAnswer> answers) {
        plan_ = world_.plan_of(graph);
        events_.clear();
        FlowTestMocks mocks{false, {}};
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto attempt = static_cast<std::uint32_t>(i + 1);
            note(engine::NodeStarted{
                0, attempt,
                JsonText::trusted(R"({"method":"GET","url":"https://example.com/a"})")});
            FlowTestMock mock;
            if (const auto* error = std::get_if<engine::RunError>(&answers[i].outcome.result)) {
                mock.error = *error;
                note_failure(attempt, *error, i + 1 < answers.size());
            } else {
                mock.result = std::get<JsonText>(answers[i].outcome.result);
                engine::NodeCompleted completed;
                completed.attempt = attempt;
                completed.result = *mock.result;
                note(std::move(completed));
            }
            mocks.attempts.push_back(std::move(mock));
        }
        FlowTestCase test;
        test.mocks.emplace("fetch", std::move(mocks));
        MockedWorld outside(test);
        state_ = run_dry(outside, test);
    }

    // Of a run of that record on another graph.
    json::value backtest(std::string_view graph) {
        const FlowUnderTest flow{FlowId{world_.ids.next()}, std::nullopt, world_.plan_of(graph),
                                 std::nullopt};
        store::RunSummary summary;
        summary.row.id = state_.id;
        summary.row.status = "completed";
        const ReadRecorded read =
            [this](RunId, const runtime::EventVisitor& visit) -> Result<runtime::ReplayedRun> {
            for (const engine::Event& event : events_) visit(event, *plan_);
            return runtime::ReplayedRun{state_, plan_};
        };
        report_ = backtest_report_json(run_backtest(bench(), flow, {summary}, read, stop_));
        const auto& runs = report_.at("runs").as_array();
        return runs.empty() ? json::value() : runs.front();
    }

    static runtime::OutsideAnswer result(std::string_view json) {
        runtime::OutsideAnswer answer;
        answer.outcome.result = JsonText::trusted(std::string(json));
        return answer;
    }
    static runtime::OutsideAnswer failure() {
        runtime::OutsideAnswer answer;
        engine::RunError error = engine::make_run_error("http_status", "503");
        error.retryable = true;
        answer.outcome.result = error;
        return answer;
    }
    static std::string text(const json::value& value, std::string_view pointer) {
        return to_json(value.at_pointer(pointer));
    }

    json::value report_;
    std::atomic<bool> stop_ = false;
    engine::RunState state_;  // as recorded

private:
    FlowTestBench bench() {
        return {world_.types, *world_.behaviours, world_.performers, world_.scripts,
                world_.clock, world_.ids,         vault_.content()};
    }
    void note(engine::EventBody body) {
        events_.push_back({events_.size() + 1, world_.clock.now(), std::move(body)});
    }
    void note_failure(std::uint32_t attempt, const engine::RunError& error, bool is_retried) {
        if (is_retried) {
            engine::NodeRetryScheduled retried;
            retried.attempt = attempt;
            retried.error = error;
            note(std::move(retried));
        } else {
            engine::NodeFailed failed;
            failed.attempt = attempt;
            failed.error = error;
            note(std::move(failed));
        }
    }
    engine::RunState run_dry(runtime::OutsideWorld& outside, const FlowTestCase& test) {
        const runtime::DryRunParts parts = bench().dry_run_parts();
        const FlowTestEnvironment environment(test.env, vault_.content(), *plan_);
        runtime::DryRunStart start;
        start.run = RunId{world_.ids.next()};
        start.plan = plan_;
        start.command.created.graph = plan_->graph_id;
        start.at = world_.clock.now();
        const runtime::DryRunBounds bounds{world_.clock.monotonic_ms() + 60'000, stop_};
        return runtime::carry_out_dry(parts, std::move(start), outside, environment, bounds).state;
    }

    runtime::test::DryRunWorld world_;
    runtime::Vault vault_;
    model::PlanPtr plan_;
    std::vector<engine::Event> events_;
};

TEST_F(BacktestTest, IsTheSameWhereNothingWasChanged) {
    record(graph_of(here, doubles), {result(R"({"n":4})")});
    const json::value run = backtest(graph_of(here, doubles));
    EXPECT_EQ(run.at("outcome"), "same") << to_json(run);
    EXPECT_EQ(text(report_, "/coverage/nodes/percent"), "100");
}

TEST_F(BacktestTest, ListsWhatComesOutDifferently) {
    record(graph_of(here, doubles), {result(R"({"n":4})")});
    const json::value run = backtest(graph_of(here, "return INPUT.n * 3;"));
    EXPECT_EQ(run.at("outcome"), "different");
    EXPECT_EQ(text(run, "/differences"),
              R"([{"pointer":"/output","recorded":8,"now":12},)"
              R"({"pointer":"/nodes/use/result","recorded":8,"now":12}])");
    EXPECT_EQ(text(report_, "/counts"), R"({"same":0,"different":1,"unanswered":0,"stopped":0})");
}

TEST_F(BacktestTest, NamesAStepThatFailsNow) {
    record(graph_of(here, doubles), {result(R"({"n":4})")});
    const json::value run = backtest(graph_of(here, "throw new Error('no');"));
    EXPECT_EQ(text(run, "/differences/0"),
              R"({"pointer":"/status","recorded":"completed","now":"failed"})");
    EXPECT_THAT(text(run, "/differences"), testing::HasSubstr(R"("/nodes/use/status")"));
}

TEST_F(BacktestTest, NamesAStepThatFailsWithAnotherError) {
    record(graph_of(here, "throw new Error('no');"), {result(R"({"n":4})")});
    EXPECT_EQ(backtest(graph_of(here, "throw new Error('no');")).at("outcome"), "same");
    const json::value run = backtest(graph_of(here, "throw new Error('never');"));
    EXPECT_EQ(run.at("outcome"), "different");
    std::vector<std::string> pointers;
    for (const json::value& difference : run.at("differences").as_array())
        pointers.emplace_back(difference.at("pointer").as_string());
    EXPECT_THAT(pointers, testing::Contains("/nodes/use/error/message")) << to_json(run);
    EXPECT_THAT(pointers, testing::Not(testing::Contains("/nodes/use/status")));
}

// Whether a step had failed once when another one ended the run is a matter of time.
TEST_F(BacktestTest, SaysNothingOfTheErrorOfAStepThatWasStopped) {
    constexpr std::string_view side_by_side = R"({"nodes":[
        {"id":"fetch","type":"http-request","data":{"url":"https://example.com/a",
         "retry":{"maxRetries":1,"backoffMs":60000}}},
        {"id":"use","type":"code-execution","data":{"code":"throw new Error('no');"}}],
      "edges":[]})";
    record(side_by_side, {failure()});
    ASSERT_EQ(state_.nodes[0].status, engine::NodeStatus::cancelled);
    ASSERT_TRUE(state_.nodes[0].error.has_value());
    state_.nodes[0].error.reset();
    const json::value run = backtest(side_by_side);
    EXPECT_EQ(text(run, "/differences"), "[]");
}

TEST_F(BacktestTest, AnswersAttemptByAttempt) {
    record(graph_of(here, doubles), {failure(), result(R"({"n":4})")});
    EXPECT_EQ(backtest(graph_of(here, doubles)).at("outcome"), "same");
}

TEST_F(BacktestTest, EndsWhereHistoryHasNoAnswer) {
    record(graph_of(here, doubles), {failure(), failure()});
    EXPECT_EQ(backtest(graph_of(here, doubles)).at("outcome"), "same");
    std::string patient = graph_of(here, doubles);
    patient.replace(patient.find("\"maxRetries\":1"), 14, "\"maxRetries\":2");
    const json::value once_more = backtest(patient);
    EXPECT_EQ(once_more.at("outcome"), "unanswered");
    EXPECT_THAT(text(once_more, "/problem/detail"), testing::HasSubstr("attempt 3 of 'fetch'"));

    std::string renamed = graph_of(here, doubles);
    for (const std::string_view name : {"\"fetch\"", "{{fetch."})
        for (auto at = renamed.find(name); at != std::string::npos; at = renamed.find(name))
            renamed.replace(at, name.size(), name.front() == '"' ? "\"other\"" : "{{other.");
    const json::value new_step = backtest(renamed);
    EXPECT_EQ(new_step.at("outcome"), "unanswered");
    EXPECT_EQ(text(new_step, "/problem/nodeId"), "\"other\"");
}

TEST_F(BacktestTest, NamesAStepThatAsksSomethingElseAndAnswersIt) {
    record(graph_of(here, doubles), {result(R"({"n":4})")});
    const json::value run = backtest(graph_of("https://example.com/b", doubles));
    EXPECT_EQ(run.at("outcome"), "different");
    EXPECT_EQ(text(run, "/differences"), "[]");
    EXPECT_EQ(text(run, "/asked"),
              R"([{"nodeId":"fetch","attempt":1,"differences":[{"pointer":"/url",)"
              R"("recorded":"https://example.com/a","now":"https://example.com/b"}]}])");
}

TEST_F(BacktestTest, ShowsWhatAnotherErrorHandlingMakesOfAFailure) {
    record(graph_of(here, doubles), {failure(), failure()});
    const json::value run = backtest(graph_of(here, doubles, R"(,"onError":"continue")"));
    EXPECT_EQ(text(run, "/differences/0"),
              R"({"pointer":"/status","recorded":"failed","now":"completed"})");
}

TEST_F(BacktestTest, EndsBeforeAnotherRunWhenItIsStopped) {
    record(graph_of(here, doubles), {result(R"({"n":4})")});
    stop_ = true;
    EXPECT_TRUE(backtest(graph_of(here, doubles)).is_null());
    EXPECT_EQ(text(report_, "/stopped"), "\"stopped after 0 of 1 runs\"");
}

}  // namespace
}  // namespace swiftgrid::control
