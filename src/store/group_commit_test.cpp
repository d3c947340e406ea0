#include "store/group_commit.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/faulty_backend.h"
#include "store/memory_backend.h"
#include "store/testing/samples.h"

namespace swiftgrid::store {
namespace {

using testing::record_of;
using testing::row_of;
using testing::run_of;
using Outcome = GroupCommit::Outcome;

class GroupCommitTest : public ::testing::Test {
protected:
    void add_run(std::uint64_t number, std::size_t text_bytes = 0) {
        Batch batch;
        batch.events = {record_of(run_of(number), 1, 1)};
        batch.events[0].events.append(text_bytes, ' ');
        group_commit_.add(
            PendingBatch{std::move(batch), [this, number] { durable_.push_back(number); }});
    }
    void add_change(std::uint64_t number) {
        group_commit_.add(PendingChange{[](sqlite::Connection&) { return Result<void>(); },
                                        [this, number](Result<void> result) {
                                            durable_.push_back(number);
                                            change_results_.push_back(std::move(result));
                                        }});
    }
    bool is_stored(std::uint64_t number) {
        return !memory_.read_run(run_of(number), 0, 1)->empty();
    }

    MemoryBackend memory_;
    FaultyBackend backend_{memory_};
    GroupCommit group_commit_{backend_, 1'000};
    std::vector<std::uint64_t> durable_;
    std::vector<Result<void>> change_results_;
};

TEST_F(GroupCommitTest, IsIdleWhenNothingWaits) {
    EXPECT_EQ(group_commit_.pump(), Outcome::idle);
    EXPECT_EQ(backend_.commits(), 0u);
}

TEST_F(GroupCommitTest, CommitsWhatWaitsTogetherAndAcknowledgesInOrder) {
    add_run(3);
    add_run(1);
    add_run(2);
    EXPECT_TRUE(durable_.empty());
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    EXPECT_EQ(backend_.commits(), 1u);
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{3, 1, 2}));
    EXPECT_FALSE(group_commit_.has_work());
}

TEST_F(GroupCommitTest, LeavesForTheNextCommitWhatIsOverTheBound) {
    for (std::uint64_t number = 1; number <= 3; ++number) add_run(number, 400);
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{1}));
    EXPECT_TRUE(group_commit_.has_work());
    while (group_commit_.pump() == Outcome::committed) {
    }
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(GroupCommitTest, CommitsABatchLargerThanTheBoundAlone) {
    add_run(1, 5'000);
    add_run(2);
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{1}));
}

TEST_F(GroupCommitTest, AcknowledgesNothingEverAfterAFailedCommit) {
    Faults faults;
    faults.fail_commit = 2;
    backend_.set_faults(faults);
    add_run(1);
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    add_run(2);
    EXPECT_EQ(group_commit_.pump(), Outcome::failed);
    EXPECT_EQ(group_commit_.error().message, "an injected failure");
    add_run(3);
    EXPECT_EQ(group_commit_.pump(), Outcome::failed);
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{1}));
    EXPECT_FALSE(is_stored(2));
    EXPECT_FALSE(is_stored(3));
    EXPECT_EQ(backend_.commits(), 2u);
}

TEST_F(GroupCommitTest, TriesTheSameGroupAgainAfterAFullDisk) {
    Faults faults;
    faults.fail_commit = 1;
    faults.failure = {ErrorCode::storage_full, "full"};
    backend_.set_faults(faults);
    add_run(1);
    EXPECT_EQ(group_commit_.pump(), Outcome::disk_full);
    EXPECT_TRUE(group_commit_.holds_group());
    add_run(2);
    EXPECT_TRUE(durable_.empty());
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{1}));
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_TRUE(is_stored(1));
    EXPECT_TRUE(is_stored(2));
}

TEST_F(GroupCommitTest, AnswersChangesAtOnceWhenTheDiskIsFull) {
    Faults faults;
    faults.fail_commit = 1;
    faults.failure = {ErrorCode::storage_full, "full"};
    backend_.set_faults(faults);
    add_change(1);
    add_run(2);
    EXPECT_EQ(group_commit_.pump(), Outcome::disk_full);
    ASSERT_EQ(change_results_.size(), 1u);
    EXPECT_EQ(change_results_[0].error().code, ErrorCode::storage_full);
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(GroupCommitTest, AcceptsNewWorkFromAnAcknowledgement) {
    group_commit_.add(PendingBatch{Batch{}, [this] { add_run(9); }});
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    EXPECT_TRUE(durable_.empty());
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{9}));
}

TEST_F(GroupCommitTest, WhatALyingDiskLosesIsGoneAfterAPowerFailure) {
    Faults faults;
    faults.lose_from_commit = 2;
    backend_.set_faults(faults);
    add_run(1);
    group_commit_.pump();
    add_run(2);
    group_commit_.pump();
    EXPECT_EQ(durable_, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_FALSE(backend_.read_run(run_of(2), 0, 1)->empty());
    backend_.forget_unsynced();
    EXPECT_FALSE(backend_.read_run(run_of(1), 0, 1)->empty());
    EXPECT_TRUE(backend_.read_run(run_of(2), 0, 1)->empty());
}

TEST_F(GroupCommitTest, DoesNothingMoreAfterTheMachineStopped) {
    Faults faults;
    faults.crash_at_call = 2;
    backend_.set_faults(faults);
    add_run(1);
    EXPECT_EQ(group_commit_.pump(), Outcome::committed);
    add_run(2);
    EXPECT_EQ(group_commit_.pump(), Outcome::failed);
    EXPECT_TRUE(backend_.has_crashed());
    EXPECT_TRUE(is_stored(1));
    EXPECT_FALSE(is_stored(2));
}

}  // namespace
}  // namespace swiftgrid::store
