// The keeper of the history over a real store, with shards that answer when the test says so.

#include "control/history_keeper.h"

#include <algorithm>
#include <deque>
#include <vector>

#include <gmock/gmock.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::control {
namespace {

using store::testing::CatalogTest;
using store::testing::noon;

class SetClock : public runtime::Clock {
public:
    Instant now() const override { return at; }
    std::int64_t monotonic_ms() const override { return at.milliseconds_since_epoch; }

    Instant at = noon + Duration{1'000'000};
};

class CountedIds : public IdSource {
public:
    Uuid next() override { return store::testing::uuid_of(++last_); }

private:
    std::uint64_t last_ = 0;
};

class HistoryKeeperTest : public CatalogTest {
protected:
    BulkRuns make_bulk() {
        return BulkRuns({jobs_, catalog_,
                         [this](runtime::Submission submission) -> Result<void> {
                             if (refuses_) return fail(ErrorCode::storage_full, "no room");
                             asked_.push_back(std::move(submission));
                             return {};
                         },
                         [](const ReplayRequest&, const RunStarter::Done&) {}, hub_, clock_, ids_,
                         [this] { ++woken_; }});
    }
    BulkJobId make_job(BulkAction action, std::vector<RunId> runs) {
        BulkRequest request;
        request.action = action;
        request.selection.ids = std::move(runs);
        request.selection_json = R"({"ids":1})";
        request.actor = "ada";
        auto job = bulk_.create(request);
        SG_ASSERT(job.has_value(), "a job can be made");
        return job->id;
    }
    // Until nothing is left to do now.
    void turns() {
        for (int i = 0; i < 100; ++i) {
            const Instant next = keeper_.turn();
            if (next > clock_.at + Duration{limits::deletion_pause_ms}) return;
            clock_.at = next;
        }
        ADD_FAILURE() << "it goes on for ever";
    }
    void pass_retry_pause() {
        clock_.at = clock_.at + Duration{limits::bulk_retry_ms};
        turns();
    }
    void answer(RunId run, Result<void> with) {
        const auto found = std::ranges::find(asked_, run, &runtime::Submission::run);
        ASSERT_NE(found, asked_.end()) << "nobody asked";
        const auto reply = std::move(found->reply);
        asked_.erase(found);
        reply(std::move(with));
    }
    store::BulkJob job(BulkJobId id) { return *jobs_.get(id); }
    std::size_t audited(const std::string& action) {
        return catalog_.list_audit({.actions = {action}})->items.size();
    }

    SetClock clock_;
    CountedIds ids_;
    runtime::EventHub hub_;
    store::BulkJobs jobs_{*database_, journal_, 0};
    store::History history_{*database_, journal_, 0};
    Retention retention_;
    bool refuses_ = false;
    int woken_ = 0;
    std::deque<runtime::Submission> asked_;
    std::vector<std::string> warnings_;
    BulkRuns bulk_ = make_bulk();
    HistoryKeeper keeper_{{history_, retention_, bulk_, hub_, clock_,
                           [this](const std::string& text) { warnings_.push_back(text); }}};
};

TEST_F(HistoryKeeperTest, AJobThatWaitsHoldsUpNothing) {
    store_run(1, "completed");
    store_run(2, "completed");
    store_run(3, "running");
    store::RunRow child = row_at(4, "completed", 2);
    child.parent = run_at(2);
    child.depth = 1;
    store_run(child);
    refuses_ = true;
    const auto held = make_job(BulkAction::cancel, {run_at(3)});
    const auto next = make_job(BulkAction::remove, {run_at(1)});
    ASSERT_TRUE(catalog_.delete_run(run_at(2), {"ada", std::nullopt}, noon));
    turns();
    EXPECT_EQ(job(held).status, "running");
    EXPECT_EQ(job(next).status, "completed") << "the job behind it";
    EXPECT_EQ(list({}), (std::vector<std::int64_t>{3})) << "what deleted runs have started";
    refuses_ = false;
    pass_retry_pause();
    answer(run_at(3), {});
    turns();
    EXPECT_EQ(job(held).status, "completed");
    EXPECT_EQ(job(held).done, 1);
}

TEST_F(HistoryKeeperTest, EveryAnswerCountsAndOnlyWhatWasHeldUpIsAskedAgain) {
    for (const std::int64_t second : {1, 2, 3, 4}) store_run(second, "running");
    const auto id = make_job(BulkAction::cancel, {run_at(4), run_at(3), run_at(2), run_at(1)});
    turns();
    ASSERT_EQ(asked_.size(), 4u);
    answer(run_at(4), {});
    answer(run_at(3), fail(ErrorCode::overloaded, "later"));
    answer(run_at(2), {});
    answer(run_at(1), fail(ErrorCode::conflict, "it has ended"));
    EXPECT_GE(woken_, 2) << "by the job, and by its answers";
    turns();
    EXPECT_EQ(job(id).done, 2);
    EXPECT_EQ(job(id).kept, 1);
    EXPECT_EQ(audited("CANCELLED"), 2u);
    pass_retry_pause();
    ASSERT_EQ(asked_.size(), 1u);
    answer(run_at(3), {});
    turns();
    EXPECT_EQ(job(id).status, "completed");
    EXPECT_EQ(job(id).done, 3);
    EXPECT_EQ(job(id).kept, 1);
    EXPECT_EQ(audited("CANCELLED"), 3u);
}

TEST_F(HistoryKeeperTest, AStoppedJobCountsWhatItHasAskedForAndAsksNoMore) {
    for (const std::int64_t second : {1, 2}) store_run(second, "running");
    const auto id = make_job(BulkAction::cancel, {run_at(2), run_at(1)});
    turns();
    ASSERT_TRUE(bulk_.stop(id));
    answer(run_at(2), {});
    answer(run_at(1), fail(ErrorCode::overloaded, "later"));
    turns();
    pass_retry_pause();
    EXPECT_EQ(job(id).status, "stopped");
    EXPECT_EQ(job(id).done, 1);
    EXPECT_TRUE(asked_.empty());
}

TEST_F(HistoryKeeperTest, AJobThatCannotBeReadFailsAlone) {
    store_run(1, "completed");
    store::BulkJob damaged;
    damaged.id = {ids_.next()};
    damaged.action = "delete";
    damaged.selection = "{";
    damaged.before = run_at(100);
    damaged.created_at = noon;
    ASSERT_TRUE(jobs_.create(damaged));
    damaged.id = {ids_.next()};
    damaged.selection = R"({"filter":{"flowId":"nonsense"}})";
    ASSERT_TRUE(jobs_.create(damaged));
    const auto next = make_job(BulkAction::remove, {run_at(1)});
    turns();
    EXPECT_EQ(job(damaged.id).status, "failed");
    EXPECT_THAT(job(damaged.id).error.value_or(""), ::testing::HasSubstr("damaged"));
    EXPECT_EQ(job(next).status, "completed");
    EXPECT_TRUE(warnings_.empty());
}

TEST_F(HistoryKeeperTest, EachWaiterIsToldOnceOrForgottenAlone) {
    store_run(1, "completed");
    const auto id = make_job(BulkAction::remove, {run_at(1)});
    int told = 0;
    const auto waiter = bulk_.new_waiter();
    bulk_.when_over(id, waiter, [&](const store::BulkJob&) { told += 100; });
    bulk_.when_over(id, bulk_.new_waiter(), [&](const store::BulkJob&) { ++told; });
    EXPECT_TRUE(bulk_.forget(id, waiter));
    EXPECT_FALSE(bulk_.forget(id, waiter));
    turns();
    EXPECT_EQ(told, 1);
    bulk_.when_over(id, bulk_.new_waiter(), [&](const store::BulkJob&) { ++told; });
    EXPECT_EQ(told, 2) << "at once";
}

TEST_F(HistoryKeeperTest, AKnownKeyIsFoundBeforeAnythingIsCounted) {
    BulkRequest request;
    request.key = KeyOfRequest{"bulk", "key", "print"};
    request.selection_json = R"({"filter":{}})";
    const auto first = bulk_.create(request);
    ASSERT_TRUE(first);
    // It would be refused if it were counted.
    request.selection.filter.statuses = {"completed", "nonsense"};
    EXPECT_EQ(bulk_.create(request)->id, first->id);
    request.key->fingerprint = "another";
    EXPECT_EQ(bulk_.create(request).error().error.code, ErrorCode::invalid_document);
}

}  // namespace
}  // namespace swiftgrid::control
