#include "control/flow_test_draft.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "control/flow_test_case.h"
#include "runtime/dry_run_world_test.h"

namespace swiftgrid::control {
namespace {

constexpr std::string_view every_kind = R"({"nodes":[
    {"id":"ask","type":"http-request","data":{"url":"https://example.com/",
     "retry":{"maxRetries":100}}},
    {"id":"wait","type":"webhook-wait","data":{"onError":"continue"}},
    {"id":"call","type":"sub-flow","data":{"onError":"continue",
     "workflowId":"0192f0c1-2a00-7000-8000-00000000000f"}},
    {"id":"each","type":"map","data":{"inputArray":"{{$trigger}}",
     "subflowId":"0192f0c1-2a00-7000-8000-00000000000f"}},
    {"id":"calc","type":"code-execution","data":{"code":"return 1;"}}],"edges":[]})";

JsonText text(std::string_view json) { return JsonText::trusted(std::string(json)); }

engine::RunError refused() {
    engine::RunError error = engine::make_run_error("http_status", "503");
    error.retryable = true;
    return error;
}

class FlowTestDraftTest : public testing::Test {
protected:
    model::NodeIndex index(std::string_view id) const { return *plan_->find(id); }

    void note(engine::EventBody body) {
        draft_.note({++sequence_, Instant{0}, std::move(body)}, *plan_);
    }
    void note_retry(std::string_view id, std::uint32_t attempt,
                    std::optional<std::uint32_t> item = std::nullopt) {
        engine::NodeRetryScheduled retried;
        retried.node = index(id);
        retried.attempt = attempt;
        retried.error = refused();
        retried.item = item;
        note(retried);
    }
    void note_failure(std::string_view id, engine::RunError error) {
        engine::NodeFailed failed;
        failed.node = index(id);
        failed.error = std::move(error);
        note(failed);
    }
    void note_result(std::string_view id, std::string_view result,
                     std::optional<engine::RunError> absorbed = std::nullopt) {
        engine::NodeCompleted completed;
        completed.node = index(id);
        completed.result = text(result);
        completed.error = std::move(absorbed);
        note(completed);
    }

    // The case, after it was read as one.
    json::value made() {
        json::value made = draft_.to_json("as a run", run_);
        const auto read = read_flow_tests(json::object{{"tests", json::array{made}}});
        EXPECT_TRUE(read.has_value()) << to_json(made);
        return made;
    }
    std::string mocks() { return to_json(made().at("mocks")); }

    engine::RunState run_ = [] {
        engine::RunState run;
        run.status = engine::RunStatus::completed;
        return run;
    }();

private:
    runtime::test::DryRunWorld world_;
    model::PlanPtr plan_ = world_.plan_of(every_kind);
    FlowTestDraft draft_;
    std::uint64_t sequence_ = 0;
};

TEST_F(FlowTestDraftTest, MocksWhatAsksTheOutsideAndNothingElse) {
    note_result("ask", R"({"status":200})");
    note_result("wait", R"({"resumed":true})");
    note_result("call", R"({"output":1})");
    note_result("each", R"({"results":[]})");
    note_result("calc", "1");
    EXPECT_EQ(mocks(), R"({"ask":{"result":{"status":200}},"call":{"result":{"output":1}},)"
                       R"("each":{"result":{"results":[]}},"wait":{"result":{"resumed":true}}})");
}

TEST_F(FlowTestDraftTest, ListsOneAttemptAfterTheOther) {
    note_retry("ask", 1);
    note_result("ask", "null");
    EXPECT_EQ(mocks(), R"({"ask":[{"error":{"code":"http_status","message":"503",)"
                       R"("retryable":true}},{"result":null}]})");
}

TEST_F(FlowTestDraftTest, CanBeReadHoweverOftenAStepTriedAgain) {
    for (std::uint32_t attempt = 1; attempt <= limits::retries_max; ++attempt)
        note_retry("ask", attempt);
    note_failure("ask", refused());
    EXPECT_EQ(made().at("mocks").at("ask").as_array().size(),
              static_cast<std::size_t>(limits::retries_max) + 1);
}

TEST_F(FlowTestDraftTest, LeavesAWaitThatFailedToItsTime) {
    note_result("wait", R"({"error":{"code":"wait_expired"}})",
                engine::make_run_error("wait_expired", "nobody called"));
    EXPECT_EQ(mocks(), R"({"wait":{"timeout":true}})");
}

TEST_F(FlowTestDraftTest, SaysNothingOfTheItemsOfAMap) {
    note_retry("each", 1, 3);
    note_result("each", R"({"results":[1]})");
    EXPECT_EQ(mocks(), R"({"each":{"result":{"results":[1]}}})");
}

TEST_F(FlowTestDraftTest, GivesWhatTookThePlaceOfAFailure) {
    const engine::RunError error = engine::make_run_error("child_failed", "no");
    note_result("call", R"({"output":null,"child_status":"failed"})", error);
    EXPECT_EQ(mocks(), R"({"call":{"result":{"output":null,"child_status":"failed"}}})");
}

TEST_F(FlowTestDraftTest, FailsAStepWhoseErrorIsItsResult) {
    const engine::RunError error = engine::make_run_error("child_failed", "no");
    note_result("call", engine::error_result(error).view(), error);
    EXPECT_EQ(mocks(), R"({"call":{"error":{"code":"child_failed","message":"no"}}})");
}

TEST_F(FlowTestDraftTest, BeginsAndEndsAsTheRunDid) {
    run_.created.input = text(R"({"a":1})");
    run_.created.trigger = engine::Trigger::webhook;
    run_.created_at = parse_rfc3339("2030-01-31T09:00:00Z").value();
    run_.output = text("[1]");
    json::value test = made();
    EXPECT_EQ(to_json(test.at("name")), "\"as a run\"");
    EXPECT_EQ(to_json(test.at("input")), R"({"a":1})");
    EXPECT_EQ(to_json(test.at("trigger")), "\"webhook\"");
    EXPECT_EQ(to_json(test.at("at")), "\"2030-01-31T09:00:00.000Z\"");
    EXPECT_EQ(to_json(test.at("expect")), R"({"status":"completed","output":[1]})");

    run_.status = engine::RunStatus::failed;
    run_.output.reset();
    run_.error = refused();
    run_.error->node_id = "ask";
    test = made();
    // The words of an error are not what a test is about.
    EXPECT_EQ(to_json(test.at("expect")),
              R"({"status":"failed","error":{"code":"http_status","nodeId":"ask"}})");
}

}  // namespace
}  // namespace swiftgrid::control
