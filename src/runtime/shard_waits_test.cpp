// Runs that wait for a time or a signal.

#include <gtest/gtest.h>

#include "engine/why.h"
#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using test::World;

constexpr std::int64_t one_minute_ms = 60'000;

RunId start_settled(World& world, const std::vector<std::string>& types) {
    const RunId run = world.start(types);
    world.settle();
    return run;
}

std::string current(const World& world, RunId run) {
    return engine::render_why(world.row(run).current, world.clock.now());
}

TEST(WaitingRun, GoesOnWhenItsTimeHasCome) {
    World world;
    const RunId run = start_settled(world, {"sleep"});
    EXPECT_EQ(world.row(run).status, "suspended");
    EXPECT_FALSE(world.row(run).owes);
    ASSERT_EQ(world.row(run).wake_at, world.clock.now() + Duration{one_minute_ms});
    EXPECT_EQ(world.next_wakeup(), world.row(run).wake_at);

    world.pass(one_minute_ms - 1);
    EXPECT_FALSE(world.has_waiting_batch());
    world.pass(1);
    world.settle();
    EXPECT_EQ(world.row(run).status, "completed");
    EXPECT_EQ(world.row(run).wake_at, std::nullopt);
    EXPECT_EQ(world.metrics.timers_fired, 1u);
    EXPECT_EQ(world.next_wakeup(), std::nullopt);
}

TEST(WaitingRun, IsNotWokenBeforeItsWaitIsOnDisk) {
    World world;
    world.start({"sleep"});
    world.turn();
    EXPECT_EQ(world.next_wakeup(), std::nullopt);
    world.commit();
    EXPECT_TRUE(world.next_wakeup());
}

TEST(WaitingRun, GoesOnOnceThoughItsTimeComesAgainBeforeTheCommit) {
    World world;
    const RunId run = start_settled(world, {"sleep", "call"});
    world.pass(one_minute_ms);
    world.pass(one_minute_ms);
    world.pass(one_minute_ms);
    EXPECT_EQ(world.metrics.commands_refused, 0u);
    world.settle();
    EXPECT_EQ(world.row(run).status, "completed");
    EXPECT_EQ(world.metrics.timers_fired, 1u);
}

TEST(WaitingRun, IsNotReadAtTheStartAndWokenAllTheSame) {
    World world;
    const RunId run = start_settled(world, {"sleep"});
    world.crash_and_recover();
    EXPECT_EQ(world.metrics.runs_in_memory, 0);
    world.pass(one_minute_ms);
    world.settle();
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST(WaitingRun, IsWokenAtTheStartWhenItsTimeWentByMeanwhile) {
    World world;
    const RunId run = start_settled(world, {"sleep"});
    world.clock.now_ms += 10 * one_minute_ms;
    world.crash_and_recover();
    world.settle();
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST(WaitingRun, WaitsOnWhenTheClockIsSetBack) {
    World world;
    const RunId run = start_settled(world, {"sleep"});
    world.pass(-10 * one_minute_ms);
    EXPECT_FALSE(world.has_waiting_batch());
    world.pass(11 * one_minute_ms);
    world.settle();
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST(WaitingRun, GoesOnThoughItLeftMemory) {
    World world({.runs_in_memory = 2});
    std::vector<RunId> runs;
    runs.reserve(10);
    for (int i = 0; i < 10; ++i) runs.push_back(start_settled(world, {"sleep", "call"}));
    EXPECT_LE(world.metrics.runs_in_memory, 2);
    world.pass(one_minute_ms);
    world.settle();
    for (RunId run : runs) EXPECT_EQ(world.row(run).status, "completed");
}

TEST(WaitingRun, IsOneOfMoreThanTheWindowOfTimersHolds) {
    World world({.timers_in_memory = 16, .shards = 2});
    std::vector<RunId> runs;
    for (int i = 0; i < 200; ++i) {
        runs.push_back(start_settled(world, {"sleep"}));
        world.clock.now_ms += 10;
        EXPECT_LE(world.metrics.timers_in_memory, 32);  // of both shards
    }
    world.pass(one_minute_ms);
    world.settle();
    for (RunId run : runs) EXPECT_EQ(world.row(run).status, "completed");
    EXPECT_EQ(world.metrics.timers_fired, 200u);
}

TEST(WaitingRun, GoesOnWithTheSignalThatComes) {
    World world;
    const RunId run = start_settled(world, {"signal"});
    EXPECT_EQ(current(world, run), "waits for webhook 'n0' until 2027-01-15 09:00:00 UTC");
    world.resume(run, 0, R"({"ok":true})");
    world.settle();
    EXPECT_EQ(world.row(run).status, "completed");
    EXPECT_EQ(world.state(run).output->view(), R"({"ok":true})");
    EXPECT_EQ(world.next_wakeup(), std::nullopt);
}

TEST(WaitingRun, KeepsASignalThatCameTooEarly) {
    World world;
    const RunId run = world.start({"call", "signal"});
    world.turn();
    world.commit();
    world.resume(run, 1, "7");
    world.turn();
    world.commit_all();
    world.crash_and_recover();
    world.settle();
    EXPECT_EQ(world.state(run).output->view(), "7");
}

TEST(WaitingRun, FailsWhenNobodyResumesIt) {
    World world;
    const RunId run = start_settled(world, {"signal"});
    world.pass(60 * one_minute_ms);
    world.settle();
    EXPECT_EQ(world.row(run).status, "failed");
}

TEST(WaitingRun, SaysWhatItWaitsFor) {
    World world;
    const RunId run = start_settled(world, {"sleep"});
    EXPECT_EQ(current(world, run), "waits 1 min 0 s more (delay 'n0')");
    world.clock.now_ms += 15'000;
    EXPECT_EQ(current(world, run), "waits 45 s more (delay 'n0')");
}

TEST(FailedAttempt, IsTriedAgainAfterItsTime) {
    World world;
    const RunId run = world.start({"call"});
    world.turn();
    world.commit();
    world.fail_outside();
    world.commit();
    EXPECT_EQ(world.row(run).status, "suspended");
    EXPECT_EQ(current(world, run), "'n0': retry 1 of 1 in 10 s");
    EXPECT_EQ(world.metrics.retries, 1u);

    world.crash_and_recover();
    world.pass(9'999);
    EXPECT_FALSE(world.has_waiting_batch());
    world.pass(1);
    EXPECT_TRUE(world.outside.started.empty());
    world.commit();
    ASSERT_EQ(world.outside.started.size(), 1u);
    EXPECT_EQ(world.outside.started.front().request.key.attempt, 2u);
    EXPECT_EQ(current(world, run), "runs 'n0'");
    world.settle();
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST(FailedAttempt, IsTriedAgainNoSoonerThanTheServerAsked) {
    World world;
    const RunId run = world.start({"call"});
    world.turn();
    world.commit();
    world.fail_outside(90'000);
    world.commit();
    EXPECT_EQ(world.row(run).wake_at, world.clock.now() + Duration{90'000});
}

TEST(CancelOfAWaitingRun, DisarmsItsTimer) {
    World world;
    const RunId run = start_settled(world, {"sleep"});
    world.cancel(run);
    world.settle();
    EXPECT_EQ(world.row(run).status, "cancelled");
    EXPECT_EQ(world.next_wakeup(), std::nullopt);
}

TEST(Refusal, IsToldWhenTheBatchItWaitedForIsTheLast) {
    World world;
    const RunId run = start_settled(world, {"sleep"});
    world.cancel(run);
    world.turn();  // the batch is with the journal
    bool answered = false;
    world.cancel(run, [&](Result<void> result) { answered = !result.has_value(); });
    world.turn();
    EXPECT_FALSE(answered);
    world.commit();
    EXPECT_TRUE(answered);
}

}  // namespace
}  // namespace swiftgrid::runtime
