// Runs whose shard cannot read the disk for a while.

#include <gtest/gtest.h>

#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using test::World;

constexpr std::int64_t minute_ms = 60'000;

struct BrokenDisk : testing::Test {
    World world{{.runs_in_memory = 0, .shards = 2}};

    RunId start(const std::vector<std::string>& types) {
        const RunId run = world.start(types);
        world.turn();
        world.commit_all();
        return run;
    }
    // The disk is whole again, and the shards find out.
    void recover() {
        world.mend_disk();
        EXPECT_EQ(world.next_wakeup(), world.clock.now() + Duration{1'000});
        world.pass(1'000);
        world.commit_all();
    }
};

TEST_F(BrokenDisk, LosesNoOutcomeOfAnAttempt) {
    const RunId run = start({"call"});
    world.break_disk();
    world.finish_outside("7");
    world.turn();
    EXPECT_FALSE(world.has_waiting_batch());
    EXPECT_FALSE(world.warnings.empty());
    recover();
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST_F(BrokenDisk, LosesNoEndOfAChild) {
    world.flows["a"] = {"call"};
    const RunId parent = start({"sub-a"});
    world.finish_outside("7");
    world.turn();
    world.break_disk();
    world.commit();
    EXPECT_EQ(world.row(parent).status, "suspended");
    recover();
    EXPECT_EQ(world.row(parent).status, "completed");
}

TEST_F(BrokenDisk, LosesNoCancelOfAChild) {
    world.flows["a"] = {"call"};
    const RunId parent = start({"sub-a"});
    const RunId child = world.children_of(parent).front().id;
    world.cancel(parent);
    world.turn();
    world.break_disk();
    world.commit();
    EXPECT_EQ(world.row(child).status, "running");
    recover();
    EXPECT_EQ(world.row(child).status, "cancelled");
}

TEST_F(BrokenDisk, LosesNoTimer) {
    const RunId run = start({"sleep"});
    world.break_disk();
    world.pass(minute_ms);
    EXPECT_EQ(world.row(run).status, "suspended");
    recover();
    EXPECT_EQ(world.row(run).status, "completed");
}

TEST_F(BrokenDisk, IsTriedAgainSoonThoughTheClockIsSetBack) {
    const RunId run = start({"call"});
    world.break_disk();
    world.finish_outside("7");
    world.turn();
    world.mend_disk();
    world.pass(-minute_ms);
    world.commit_all();
    EXPECT_EQ(world.row(run).status, "completed");
}

}  // namespace
}  // namespace swiftgrid::runtime
