#include "store/bulk_jobs.h"

#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::CatalogTest;
using testing::flow_of;
using testing::noon;
using testing::uuid_of;

class BulkJobsTest : public CatalogTest {
protected:
    static BulkJob job_of(std::uint64_t number, std::optional<std::string> key = {}) {
        BulkJob job;
        job.id = {uuid_of(number)};
        job.action = "delete";
        job.selection = R"({"filter":{}})";
        job.actor = "ada";
        job.key = std::move(key);
        job.fingerprint = "print";
        job.before = run_at(100);
        job.matched = 7;
        job.created_at = noon;
        return job;
    }

    BulkJobs jobs_{*database_, journal_, 0};
};

TEST_F(BulkJobsTest, KeepsWhatAJobIsAndHowFarItIs) {
    BulkJob job = job_of(1);
    job.runs = {run_at(3), run_at(2), run_at(1)};
    EXPECT_EQ(*jobs_.create(job), job);
    EXPECT_EQ(**jobs_.next(), job);
    job.runs.reset();
    EXPECT_EQ(*jobs_.get(job.id), job) << "only who goes on with it needs its runs";
    BulkStep step;
    step.before = run_at(2);
    step.done = 1;
    step.kept = 2;
    step.failed = 3;
    step.error = "no";
    AuditEntry entry;
    entry.run = run_at(3);
    entry.action = "CANCELLED";
    entry.actor = "ada";
    entry.created_at = noon;
    step.audit = {entry};
    ASSERT_TRUE(jobs_.record(job.id, step));
    step.audit.clear();
    step.error = std::nullopt;
    ASSERT_TRUE(jobs_.record(job.id, step));
    const auto known = jobs_.get(job.id);
    EXPECT_EQ(known->before, run_at(2));
    EXPECT_EQ(known->done, 2);
    EXPECT_EQ(known->kept, 4);
    EXPECT_EQ(known->failed, 6);
    EXPECT_EQ(known->error, "no");
    EXPECT_EQ(catalog_.list_audit({.actions = {"CANCELLED"}})->items.size(), 1u);
    EXPECT_EQ(jobs_.get({uuid_of(2)}).error().code, ErrorCode::not_found);
}

TEST_F(BulkJobsTest, OneKeyMakesOneJob) {
    ASSERT_TRUE(jobs_.create(job_of(1, "key")));
    EXPECT_EQ(jobs_.create(job_of(2, "key"))->id, job_of(1).id);
    BulkJob other = job_of(3, "key");
    other.fingerprint = "another";
    EXPECT_EQ(jobs_.create(other).error().code, ErrorCode::invalid_document);
    EXPECT_EQ(jobs_.earlier(other).error().code, ErrorCode::invalid_document);
    EXPECT_EQ((*jobs_.earlier(job_of(2, "key")))->id, job_of(1).id);
    EXPECT_EQ(*jobs_.earlier(job_of(2, "new")), std::nullopt);
    other.action = "cancel";
    EXPECT_EQ(jobs_.create(other)->id, other.id) << "keys are of one kind of request";
}

TEST_F(BulkJobsTest, KeysHoldADay) {
    constexpr Duration day{limits::idempotency_hours * 60 * 60 * 1000};
    ASSERT_TRUE(jobs_.create(job_of(1, "key")));
    BulkJob later = job_of(2, "key");
    later.fingerprint = "another";
    later.created_at = noon + day + Duration{-1};
    EXPECT_EQ(jobs_.create(later).error().code, ErrorCode::invalid_document);
    later.created_at = noon + day;
    EXPECT_EQ(jobs_.create(later)->id, later.id);
}

TEST_F(BulkJobsTest, KeepsJobsWhoseRequestMayBeRepeated) {
    ASSERT_TRUE(jobs_.create(job_of(1, "key")));
    ASSERT_TRUE(jobs_.end(job_of(1).id, "completed", noon));
    for (std::uint64_t number = 2; number <= limits::bulk_jobs + 3; ++number) {
        ASSERT_TRUE(jobs_.create(job_of(number)));
        ASSERT_TRUE(jobs_.end(job_of(number).id, "completed", noon));
    }
    EXPECT_EQ(jobs_.create(job_of(500, "key"))->id, job_of(1).id);
    EXPECT_FALSE(jobs_.get(job_of(2).id));
}

TEST_F(BulkJobsTest, AStoppedJobDeletesNothing) {
    store_run(1, "completed");
    ASSERT_TRUE(jobs_.create(job_of(1)));
    ASSERT_TRUE(jobs_.end(job_of(1).id, "stopped", noon));
    const std::vector<RunId> runs{run_at(1)};
    EXPECT_EQ(jobs_.remove(job_of(1).id, runs, {}).error().code, ErrorCode::conflict);
    EXPECT_EQ(list({}), (std::vector<std::int64_t>{1}));
}

TEST_F(BulkJobsTest, CountsWithoutTheReadersThatShardsNeed) {
    store_run(1, "completed");
    std::vector<Readers::Loan> loans;
    for (int i = 0; i < 4; ++i) loans.push_back(*database_->readers().borrow());
    EXPECT_EQ(*jobs_.count({}), 1);
}

TEST_F(BulkJobsTest, AJobMayFail) {
    ASSERT_TRUE(jobs_.create(job_of(1)));
    ASSERT_TRUE(jobs_.end(job_of(1).id, "failed", noon, "damaged"));
    EXPECT_EQ(jobs_.get(job_of(1).id)->status, "failed");
    EXPECT_EQ(jobs_.get(job_of(1).id)->error, "damaged");
}

TEST_F(BulkJobsTest, GivesTheOldestJobUntilItIsOver) {
    EXPECT_EQ(*jobs_.next(), std::nullopt);
    ASSERT_TRUE(jobs_.create(job_of(1)));
    ASSERT_TRUE(jobs_.create(job_of(2)));
    EXPECT_EQ((*jobs_.next())->id, job_of(1).id);
    EXPECT_EQ((*jobs_.next(job_of(1).id))->id, job_of(2).id);
    EXPECT_EQ(*jobs_.next(job_of(2).id), std::nullopt);
    ASSERT_TRUE(jobs_.end(job_of(1).id, "stopped", noon));
    ASSERT_TRUE(jobs_.end(job_of(1).id, "completed", noon)) << "too late";
    EXPECT_EQ(jobs_.get(job_of(1).id)->status, "stopped");
    EXPECT_EQ((*jobs_.next())->id, job_of(2).id);
}

TEST_F(BulkJobsTest, RefusesTooManyAndForgetsTheOldest) {
    const auto many = static_cast<std::uint64_t>(limits::bulk_jobs_running);
    for (std::uint64_t number = 1; number <= many; ++number)
        ASSERT_TRUE(jobs_.create(job_of(number)));
    EXPECT_EQ(jobs_.create(job_of(many + 1)).error().code, ErrorCode::overloaded);
    for (std::uint64_t number = 1; number <= many; ++number)
        ASSERT_TRUE(jobs_.end(job_of(number).id, "completed", noon));
    for (std::uint64_t number = many + 1; number <= limits::bulk_jobs + many; ++number) {
        ASSERT_TRUE(jobs_.create(job_of(number)));
        ASSERT_TRUE(jobs_.end(job_of(number).id, "completed", noon));
    }
    EXPECT_FALSE(jobs_.get(job_of(1).id));
    EXPECT_TRUE(jobs_.get(job_of(many + 1).id));
}

TEST_F(BulkJobsTest, ListsJobsNewestFirst) {
    for (std::uint64_t number = 1; number <= 5; ++number) ASSERT_TRUE(jobs_.create(job_of(number)));
    auto page = jobs_.list("", 3);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->items.size(), 3u);
    EXPECT_EQ(page->items[0].id, job_of(5).id);
    page = jobs_.list(*page->next_cursor, 3);
    ASSERT_EQ(page->items.size(), 2u);
    EXPECT_EQ(page->items[1].id, job_of(1).id);
    EXPECT_EQ(page->next_cursor, std::nullopt);
    EXPECT_EQ(jobs_.list("nonsense", 3).error().code, ErrorCode::bad_request);
}

TEST_F(BulkJobsTest, DeletesAndRemembersHowFarItIsInOneTransaction) {
    store_run(1, "completed");
    store_run(2, "running");
    store_run(3, "completed");
    ASSERT_TRUE(jobs_.create(job_of(1)));
    const std::vector<RunId> runs{run_at(3), run_at(2), run_at(1)};
    const Deletion deletion{"DELETED", {"ada", std::nullopt}, noon};
    auto removed = jobs_.remove(job_of(1).id, runs, deletion);
    EXPECT_EQ(removed->looked_at, 1u);
    EXPECT_EQ(removed->deleted, (std::vector<DeletedRun>{{run_at(3), flow_of(1)}}));
    EXPECT_EQ(jobs_.get(job_of(1).id)->before, run_at(3));
    ASSERT_TRUE(jobs_.remove(job_of(1).id, std::span(runs).subspan(1), deletion));
    ASSERT_TRUE(jobs_.remove(job_of(1).id, std::span(runs).subspan(2), deletion));
    const auto job = jobs_.get(job_of(1).id);
    EXPECT_EQ(job->before, run_at(1));
    EXPECT_EQ(job->done, 2);
    EXPECT_EQ(job->kept, 1);
    EXPECT_EQ(list({}), (std::vector<std::int64_t>{2}));
    EXPECT_EQ(catalog_.list_audit({.actions = {"DELETED"}})->items.size(), 2u);
}

TEST_F(BulkJobsTest, CountsWhatAQueryLists) {
    EXPECT_EQ(*jobs_.newest_run(), std::nullopt);
    for (const std::int64_t second : {1, 2, 3}) store_run(second, "completed");
    store_run(4, "failed", 2);
    store_run(5, "running", 2);
    EXPECT_EQ(*jobs_.newest_run(), run_at(5));
    EXPECT_EQ(*jobs_.count({}), 5);
    EXPECT_EQ(*jobs_.count({.flows = {flow_of(2)}}), 2);
    EXPECT_EQ(*jobs_.count({.statuses = {"completed", "failed"}, .pinned = false}), 4);
    EXPECT_EQ(*jobs_.count({.from = time_of(2), .to = time_of(4)}), 3);
    EXPECT_EQ(jobs_.count({.statuses = {"done"}}).error().code, ErrorCode::bad_request);
}

}  // namespace
}  // namespace swiftgrid::store
