#include "store/history.h"

#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::CatalogTest;
using testing::flow_of;
using testing::noon;
using testing::record_of;

using Seconds = std::vector<std::int64_t>;

// A portion is one step: what a portion may not do, the next one does.
class HistoryTest : public CatalogTest {
protected:
    void store_child(std::int64_t second, std::int64_t parent, const std::string& status) {
        RunRow row = row_at(second, status, 2);
        row.parent = run_at(parent);
        row.calling_node_id = "each";
        row.depth = 1;
        store_run(row);
    }
    void store_records(std::int64_t second, std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            Batch batch;
            batch.events = {record_of(run_at(second), 3 + i, 1)};
            ASSERT_TRUE(backend_.commit(batch));
        }
    }
    Seconds expired(std::int64_t before, std::int64_t after = 0) {
        auto runs = history_.expired(time_of(before), run_at(after), 100);
        SG_ASSERT(runs.has_value(), "expired runs can be read");
        return numbers_of(*runs);
    }
    Seconds numbers_of(const std::vector<RunId>& runs) {
        Seconds seconds;
        for (const RunId run : runs)
            for (std::int64_t second = 0; second < 200; ++second)
                if (run_at(second) == run) seconds.push_back(second);
        return seconds;
    }
    // In portions, until nothing is left to do.
    int sweep() {
        RunId after;
        for (int portions = 0;; ++portions) {
            const auto portion = history_.remove_remains(after, noon);
            SG_ASSERT(portion.has_value(), "remains can be removed");
            if (!portion->run) return portions;
            if (portion->is_blocked) after = *portion->run;
        }
    }
    Seconds left() { return list({.limit = 200}); }
    std::vector<AuditEntry> audit_of(std::int64_t second) {
        return catalog_.list_audit({.run = run_at(second)})->items;
    }

    History history_{*database_, journal_, 0};
};

TEST_F(HistoryTest, FindsFinishedRunsThatEndedEarlyEnough) {
    store_run(1, "completed");
    store_run(2, "failed");
    store_run(3, "running");
    store_run(4, "completed");
    ASSERT_TRUE(catalog_.set_pinned(run_at(4), true));
    store_run(5, "completed");
    RunRow slow = row_at(6, "completed");
    slow.completed_at = time_of(60);
    store_run(slow);
    store_run(7, "completed");
    EXPECT_EQ(expired(7), (Seconds{1, 2, 5}));
    EXPECT_EQ(expired(7, 2), (Seconds{5}));
    EXPECT_EQ(expired(61), (Seconds{1, 2, 5, 6, 7}));
    EXPECT_EQ(history_.expired(time_of(61), {}, 2)->size(), 2u);
}

TEST_F(HistoryTest, ARunExpiresWithItsParent) {
    store_run(1, "completed");
    store_child(2, 1, "completed");
    store_child(3, 99, "completed");
    EXPECT_EQ(expired(50), (Seconds{1, 3})) << "the parent of 3 is gone";
    ASSERT_TRUE(catalog_.set_pinned(run_at(1), true));
    EXPECT_EQ(expired(50), (Seconds{3})) << "what a pinned run has started belongs to it";
}

TEST_F(HistoryTest, KnowsWhenTheNextRunHasEnded) {
    EXPECT_EQ(*history_.next_end(time_of(50)), std::nullopt);
    store_run(100, "completed");
    EXPECT_EQ(**history_.next_end(time_of(50)), time_of(100));
    RunRow slow = row_at(1, "completed");
    slow.completed_at = time_of(70);
    store_run(slow);
    EXPECT_EQ(**history_.next_end(time_of(50)), time_of(70));
    ASSERT_TRUE(catalog_.set_pinned(run_at(1), true));
    EXPECT_EQ(**history_.next_end(time_of(50)), time_of(100));
    RunRow orphan = row_at(2, "completed");
    orphan.parent = run_at(99);
    orphan.completed_at = time_of(80);
    store_run(orphan);
    EXPECT_EQ(**history_.next_end(time_of(50)), time_of(80)) << "its parent is gone";
}

TEST_F(HistoryTest, DeletesInPortionsAndLooksAgainBeforeItDoes) {
    create(1, "flow");
    for (const std::int64_t second : {1, 2, 3, 4}) store_run(second, "completed");
    const std::vector<RunId> runs{run_at(1), run_at(2), run_at(3), run_at(4)};
    ASSERT_TRUE(catalog_.set_pinned(run_at(2), true)) << "after they were found";
    const Deletion deletion{"EXPIRED", {"system", R"({"reason":"retention"})"}, noon};
    std::vector<DeletedRun> deleted;
    std::size_t looked_at = 0;
    int portions = 0;
    for (; looked_at < runs.size(); ++portions) {
        const auto some =
            history_.remove({std::span(runs).subspan(looked_at), time_of(4)}, deletion);
        ASSERT_TRUE(some);
        ASSERT_GE(some->looked_at, 1u);
        looked_at += some->looked_at;
        for (const DeletedRun& one : some->deleted) deleted.push_back(one);
    }
    EXPECT_EQ(portions, 4);
    EXPECT_EQ(deleted, (std::vector<DeletedRun>{{run_at(1), flow_of(1)}, {run_at(3), flow_of(1)}}));
    EXPECT_EQ(left(), (Seconds{4, 2})) << "4 has not ended before the instant";
    EXPECT_EQ(catalog_.get_flow(flow_of(1))->run_count, 2);
    const auto audit = audit_of(3);
    ASSERT_EQ(audit.size(), 1u);
    EXPECT_EQ(audit[0].action, "EXPIRED");
    EXPECT_EQ(audit[0].actor, "system");
    EXPECT_EQ(audit[0].flow, flow_of(1));
    EXPECT_EQ(sweep(), 0) << "nothing is left of short runs";
}

TEST_F(HistoryTest, TheRestOfALongRunFollows) {
    store_run(1, "completed");
    store_run(2, "completed");
    store_records(1, 50);
    const std::vector<RunId> runs{run_at(1)};
    ASSERT_TRUE(history_.remove({runs}, {"DELETED", {"ada", std::nullopt}, noon}));
    EXPECT_EQ(left(), (Seconds{2}));
    EXPECT_EQ(catalog_.read_events(run_at(1), 0, 100)->size(), 50u) << "there is time for one";
    EXPECT_GE(sweep(), 1);
    EXPECT_TRUE(catalog_.read_events(run_at(1), 0, 100)->empty());
    EXPECT_EQ(catalog_.read_events(run_at(2), 0, 100)->size(), 1u);
    EXPECT_EQ(audit_of(1).size(), 1u);
}

TEST_F(HistoryTest, WhatARunHasStartedGoesWithIt) {
    create(1, "flow");
    create(2, "child");
    store_run(1, "failed");
    store_child(2, 1, "completed");
    store_child(3, 1, "running");
    store_child(4, 1, "completed");
    ASSERT_TRUE(catalog_.set_pinned(run_at(4), true));
    store_child(5, 2, "failed");
    store_run(6, "completed");
    ASSERT_TRUE(catalog_.delete_run(run_at(1), {"ada", R"({"reason":"user_request"})"}, noon));
    EXPECT_EQ(left(), (Seconds{6, 5, 4, 3, 2}));
    sweep();
    EXPECT_EQ(left(), (Seconds{6, 4, 3})) << "an open one has to end first, a pinned one stays";
    EXPECT_EQ(catalog_.get_flow(flow_of(2))->run_count, 2);
    const auto audit = audit_of(5);
    ASSERT_EQ(audit.size(), 1u);
    EXPECT_EQ(audit[0].action, "DELETED");
    EXPECT_EQ(audit[0].actor, "ada");
    EXPECT_EQ(audit[0].metadata,
              R"({"reason":"parent_deleted","parentRunId":")" + to_string(run_at(2)) + "\"}");
    Batch batch;
    RunRow ended = row_at(3, "cancelled", 2);
    batch.runs = {ended};
    ASSERT_TRUE(backend_.commit(batch));
    sweep();
    EXPECT_EQ(left(), (Seconds{6, 4}));
    EXPECT_EQ(sweep(), 0);
}

TEST_F(HistoryTest, WhatTheRunsOfAFlowHaveStartedGoesWithIt) {
    create(1, "flow");
    create(2, "child");
    store_run(1, "completed", 1);
    store_child(2, 1, "completed");
    store_child(3, 2, "completed");
    store_run(4, "completed", 2);
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), false, {"ada", std::nullopt}, noon));
    sweep();
    EXPECT_EQ(left(), (Seconds{4}));
    EXPECT_EQ(audit_of(2).at(0).actor, "ada");
    EXPECT_TRUE(audit_of(1).empty()) << "the flow's row says it";
}

}  // namespace
}  // namespace swiftgrid::store
