#include "runtime/shard.h"

#include <gtest/gtest.h>

#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using test::World;

TEST(Shard, AnswersAStartOnlyWhenItsEventsAreOnDisk) {
    World world;
    bool answered = false;
    const RunId run = world.start({"call"}, [&](Result<void>) { answered = true; });
    world.turn();
    EXPECT_FALSE(answered);
    world.commit();
    EXPECT_TRUE(answered);
    EXPECT_EQ(world.row(run).status, "running");
}

TEST(Shard, LetsNoRequestOutBeforeItsEventsAreOnDisk) {
    World world;
    world.start({"call"});
    world.turn();
    EXPECT_EQ(world.outside.started.size(), 0u);
    world.commit();
    EXPECT_EQ(world.outside.started.size(), 1u);
}

TEST(Shard, RunsAChainOfScriptsWithinOneCommit) {
    World world;
    const RunId run = world.start({"script", "script", "script"});
    world.turn();
    for (int i = 0; i < 3; ++i) world.answer_scripts("1");
    // The first batch is still with the journal; everything since then waits for one more commit.
    EXPECT_EQ(world.appended_batches(), 1u);
    world.commit();
    EXPECT_EQ(world.appended_batches(), 2u);
    world.commit();
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST(Shard, TellsTheEndOfARunAfterItIsOnDisk) {
    World world;
    std::optional<RunEnd> end;
    world.start({"script"}, {}, [&](const RunEnd& run_end) { end = run_end; });
    world.turn();
    world.answer_scripts("42");
    EXPECT_FALSE(end);
    world.commit();
    ASSERT_TRUE(end);
    EXPECT_EQ(end->output.view(), "42");
}

TEST(Shard, WritesARunOfScriptsWhoseEndIsAwaitedWithOneCommit) {
    World world;
    bool is_started = false;
    world.start(
        {"script", "script", "script"}, [&](const Result<void>&) { is_started = true; },
        [](const RunEnd&) {});
    world.turn();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(world.appended_batches(), 0u);
        world.answer_scripts("1");
    }
    EXPECT_FALSE(is_started);
    world.commit();
    EXPECT_TRUE(is_started);
    EXPECT_FALSE(world.has_waiting_batch());
}

TEST(Shard, LetsABatchGrowForALittleWhileOnly) {
    World world;
    const RunId run = world.start({"script"}, {}, [](const RunEnd&) {});
    world.turn();
    world.pass(1);
    EXPECT_FALSE(world.has_waiting_batch());
    world.pass(1);
    ASSERT_TRUE(world.has_waiting_batch());
    world.commit();
    EXPECT_EQ(world.row(run).status, "running");
}

TEST(Shard, WritesWhatALongChainHasDoneWhileItGoesOn) {
    World world;
    const RunId run = world.start(std::vector<std::string>(20, "script"), {}, [](const RunEnd&) {});
    world.turn();
    for (int i = 0; i < 12; ++i) world.answer_scripts("1");
    ASSERT_TRUE(world.has_waiting_batch());
    for (int i = 12; i < 20; ++i) world.answer_scripts("1");
    world.commit_all();
    EXPECT_EQ(world.appended_batches(), 2u);
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST(Shard, DoesNotLetABatchGrowThatSomebodyWaitsFor) {
    World world;
    world.start({"script"}, {}, [](const RunEnd&) {});
    world.turn();
    EXPECT_FALSE(world.has_waiting_batch());
    world.start({"script"});
    world.turn();
    EXPECT_TRUE(world.has_waiting_batch());
}

TEST(Shard, DoesNotLetABatchGrowInWhichARunWaits) {
    World world;
    world.start({"script"}, {}, [](const RunEnd&) {});
    world.turn();
    EXPECT_FALSE(world.has_waiting_batch());
    world.start({"sleep"}, {}, [](const RunEnd&) {});
    world.turn();
    EXPECT_TRUE(world.has_waiting_batch());
}

TEST(Shard, ForgetsARunThatHasEndedAndStillRefusesToCancelIt) {
    World world;
    const RunId run = world.start({"script"});
    world.turn();
    world.answer_scripts("1");
    world.commit();
    world.commit();
    EXPECT_EQ(world.row(run).status, "completed");

    std::optional<Result<void>> answer;
    world.cancel(run, [&](Result<void> result) { answer = result; });
    world.turn();
    ASSERT_TRUE(answer);
    ASSERT_FALSE(answer->has_value());
    EXPECT_EQ(answer->error().code, ErrorCode::conflict);
}

TEST(Shard, SaysNotFoundForARunThatNeverWas) {
    World world;
    std::optional<Result<void>> answer;
    world.cancel(world.next_run_id(), [&](Result<void> result) { answer = result; });
    world.turn();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error().code, ErrorCode::not_found);
}

TEST(Shard, StopsTheRequestOfACancelledRun) {
    World world;
    const RunId run = world.start({"call"});
    world.turn();
    world.commit();
    world.cancel(run);
    world.turn();
    EXPECT_TRUE(world.outside.cancelled.empty());
    world.commit();
    ASSERT_EQ(world.outside.cancelled.size(), 1u);
    EXPECT_EQ(world.row(run).status, "cancelled");
    // The outcome that still comes in changes nothing.
    world.finish_outside("1");
    world.turn();
    EXPECT_EQ(world.row(run).status, "cancelled");
    EXPECT_EQ(world.metrics.commands_refused, 1u);
}

TEST(Shard, StopsTheScriptOfACancelledRun) {
    World world;
    const RunId run = world.start({"script"});
    world.turn();
    world.cancel(run);
    world.turn();
    EXPECT_EQ(world.scripts.cancelled.size(), 1u);
    world.commit();
    world.commit();
    EXPECT_EQ(world.row(run).status, "cancelled");
}

TEST(Shard, SendsOpenAttemptsOutAgainAfterACrash) {
    World world;
    const RunId run = world.start({"script", "call"});
    world.turn();
    world.answer_scripts("7");
    world.commit();
    world.commit();
    ASSERT_EQ(world.outside.started.size(), 1u);
    const nodes::AttemptKey before = world.outside.started.front().request.key;

    world.crash_and_recover();
    ASSERT_EQ(world.outside.started.size(), 1u);
    EXPECT_EQ(world.outside.started.front().request.key, before);
    world.finish_outside("8");
    world.turn();
    world.commit();
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST(Shard, LosesOnlyWhatNobodyWasToldInACrash) {
    World world;
    bool answered = false;
    const RunId run = world.start({"call"}, [&](Result<void>) { answered = true; });
    world.turn();
    world.crash_and_recover();
    EXPECT_FALSE(answered);
    EXPECT_FALSE(world.has_row(run));
}

TEST(Shard, LetsIdleRunsLeaveMemoryAndTakesThemBackByReplay) {
    World world({.runs_in_memory = 2});
    std::vector<RunId> runs;
    for (int i = 0; i < 5; ++i) {
        runs.push_back(world.start({"call"}));
        world.turn();
        world.commit();
    }
    EXPECT_EQ(world.metrics.runs_in_memory, 2);
    for (RunId run : runs) {
        world.finish_outside("1");
        world.turn();
        world.commit();
        EXPECT_EQ(world.row(run).status, "completed");
    }
}

TEST(Shard, FailsANodeWhoseScriptFailed) {
    World world;
    const RunId run = world.start({"script", "script"});
    world.turn();
    world.fail_scripts("script_error", "TypeError: x is not a function");
    world.commit();
    world.commit();
    EXPECT_EQ(world.row(run).status, "failed");
    EXPECT_NE(world.row(run).error.find("TypeError"), std::string::npos);
}

TEST(Shard, PublishesEventsToWatchersInOrderAndOnlyWhenDurable) {
    World world;
    const RunId run = world.next_run_id();
    auto watcher = std::make_shared<test::Watcher>();
    world.hub.watch_run(run, watcher);
    world.start_as(run, {"script"});
    world.turn();
    EXPECT_TRUE(watcher->sequences.empty());
    world.answer_scripts("1");
    world.commit();
    world.commit();
    EXPECT_EQ(watcher->sequences, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
    EXPECT_TRUE(watcher->ended);
}

}  // namespace
}  // namespace swiftgrid::runtime
