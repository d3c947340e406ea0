#include "control/bulk_selection.h"

#include <gtest/gtest.h>

namespace swiftgrid::control {
namespace {

constexpr const char* older = "01931e3c-7a5f-7000-8000-000000000001";
constexpr const char* newer = "01931e3c-7a5f-7000-8000-000000000002";

Result<BulkSelection> read(const std::string& text) {
    return read_selection(parse_json(text).value().get_object());
}

std::string refusal(const std::string& text) {
    const auto selection = read(text);
    return selection ? "" : selection.error().message;
}

TEST(BulkSelection, TakesIdsOnceAndNewestFirst) {
    const auto selection =
        read(std::string(R"({"ids":[")") + older + R"(",")" + newer + R"(",")" + older + R"("]})");
    ASSERT_TRUE(selection);
    EXPECT_EQ(selection->ids, (std::vector{*parse_id<RunId>(newer), *parse_id<RunId>(older)}));
}

TEST(BulkSelection, ReadsAFilterOfValuesAndLists) {
    const auto selection =
        read(std::string(R"({"filter":{"flowId":")") + older +
             R"(","status":["failed","cancelled"],"trigger":"cron","from":"2026-01-01T00:00:00Z",)"
             R"("pinned":false,"topLevel":true,"to":null}})");
    ASSERT_TRUE(selection);
    const store::RunQuery& query = selection->filter;
    EXPECT_EQ(query.flows, std::vector{*parse_id<FlowId>(older)});
    EXPECT_EQ(query.statuses, (std::vector<std::string>{"failed", "cancelled"}));
    EXPECT_EQ(query.triggers, std::vector<std::string>{"cron"});
    EXPECT_EQ(query.from, *parse_rfc3339("2026-01-01T00:00:00Z"));
    EXPECT_EQ(query.to, std::nullopt);
    EXPECT_EQ(query.pinned, false);
    EXPECT_EQ(query.top_level, true);
}

TEST(BulkSelection, NamesWhatItCannotUse) {
    EXPECT_NE(refusal("{}").find("either 'ids' or 'filter'"), std::string::npos);
    EXPECT_NE(refusal(R"({"ids":[]})").find("'ids'"), std::string::npos);
    EXPECT_NE(refusal(R"({"filter":{"state":"failed"}})").find("'state'"), std::string::npos);
    EXPECT_NE(refusal(R"({"filter":{"status":"done"}})").find("'done' does not exist"),
              std::string::npos);
    EXPECT_NE(refusal(R"({"filter":{"status":7}})").find("filter.status"), std::string::npos);
    EXPECT_NE(refusal(R"({"filter":{"from":"now"}})").find("filter.from"), std::string::npos);
    EXPECT_NE(refusal(R"({"filter":{"flowId":"x"}})").find("filter.flowId"), std::string::npos);
}

TEST(BulkSelection, AnActionIsForSomeRunsOnly) {
    const auto removed = query_for(BulkAction::remove, {});
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->statuses, (std::vector<std::string>{"completed", "failed", "cancelled"}));
    EXPECT_EQ(removed->pinned, false);
    EXPECT_FALSE(query_for(BulkAction::remove, {.pinned = true})) << "pinned runs are kept";
    EXPECT_FALSE(query_for(BulkAction::remove, {.statuses = {"running"}}));
    const auto cancelled = query_for(BulkAction::cancel, {.statuses = {"running", "failed"}});
    EXPECT_EQ(cancelled->statuses, std::vector<std::string>{"running"});
    EXPECT_EQ(cancelled->pinned, std::nullopt);

    store::RunSummary run;
    run.row.status = "failed";
    EXPECT_TRUE(is_for(BulkAction::remove, run));
    EXPECT_TRUE(is_for(BulkAction::replay, run));
    EXPECT_FALSE(is_for(BulkAction::cancel, run));
    run.pinned = true;
    EXPECT_FALSE(is_for(BulkAction::remove, run));
    run.row.status = "suspended";
    EXPECT_TRUE(is_for(BulkAction::cancel, run));
    EXPECT_FALSE(is_for(BulkAction::replay, run));
}

TEST(BulkSelection, AStoredJobMeansWhatWasAskedFor) {
    store::BulkJob job;
    job.selection = R"({"filter":{"status":"failed"}})";
    EXPECT_EQ(selection_of(job)->filter.statuses, std::vector<std::string>{"failed"});
    job.runs = {*parse_id<RunId>(newer)};
    job.selection = R"({"ids":1})";
    EXPECT_EQ(selection_of(job)->ids, job.runs);
    job.runs = std::nullopt;
    EXPECT_EQ(selection_of(job).error().code, ErrorCode::storage_error);
}

}  // namespace
}  // namespace swiftgrid::control
