// Console output reaches the server while its script still runs, within the limits of a reply.

#include <gmock/gmock.h>

#include "base/limits.h"
#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

using testing::HasSubstr;

std::string busy_for(int milliseconds) {
    return "{ const until = Date.now() + " + std::to_string(milliseconds) +
           "; while (Date.now() < until); }";
}

TEST(LiveLogs, ArriveWhileTheScriptStillRuns) {
    ScriptWorld world;
    const auto id =
        world.submit_code("console.warn('begun', 1);" + busy_for(20'000), "null", 20'000);
    world.pool().flush();
    const std::int64_t give_up_ms = steady_ms() + 15'000;
    while (world.live_logs(id).empty() && steady_ms() < give_up_ms) world.turn();
    ASSERT_EQ(world.live_logs(id).size(), 1u);
    EXPECT_EQ(world.live_logs(id)[0].text, "begun 1");
    EXPECT_EQ(world.live_logs(id)[0].level, LogLevel::warn);
    EXPECT_FALSE(world.replies().contains(id));
    world.pool().cancel(id);
}

TEST(LiveLogs, AreTheBeginningOfTheReplysLogs) {
    ScriptWorld world;
    const auto id = world.submit_code("for (let i = 0; i < 5; ++i) { console.log(i); " +
                                      busy_for(20) + " } return 1");
    const Reply reply = world.wait_for(id);
    ASSERT_EQ(reply.logs.size(), 5u);
    const auto& live = world.live_logs(id);
    EXPECT_GE(live.size(), 4u);
    for (std::size_t i = 0; i < live.size(); ++i) EXPECT_EQ(live[i].text, reply.logs[i].text);
}

TEST(LiveLogs, OfAShortScriptComeOnlyWithItsReply) {
    ScriptWorld world;
    const std::int64_t give_up_ms = steady_ms() + 20'000;
    while (true) {
        const auto id = world.submit_code("console.log('x'); return 1");
        const Reply reply = world.wait_for(id);
        EXPECT_EQ(reply.logs.size(), 1u);
        ASSERT_LT(steady_ms(), give_up_ms) << "no call was short";
        if (reply.duration_us > 5'000) continue;  // a busy machine made it a long one
        EXPECT_TRUE(world.live_logs(id).empty());
        return;
    }
}

TEST(LiveLogs, OfAFloodAreCutAndHoldNobodyUp) {
    ScriptWorld world({.workers = 1, .workers_max = 2});
    const auto flood = world.submit_code("for (;;) console.log('y'.repeat(100))", "null", 400);
    EXPECT_EQ(world.result_of("return 2"), "2");
    const Reply reply = world.wait_for(flood);
    EXPECT_THAT(ScriptWorld::text_of(reply), HasSubstr("script_timeout"));
    EXPECT_GT(world.live_logs(flood).size(), 0u);
    EXPECT_LT(world.live_logs(flood).size(), limits::log_lines_per_node);
}

TEST(LiveLogs, StayWithTheirCall) {
    ScriptWorld world({.workers = 2, .workers_max = 4});
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 4; ++i) {
        ids.push_back(
            world.submit_code("console.log('call', INPUT);" + busy_for(30), std::to_string(i)));
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        world.wait_for(ids[i]);
        for (const LogLine& line : world.live_logs(ids[i]))
            EXPECT_EQ(line.text, "call " + std::to_string(i));
        EXPECT_LE(world.live_logs(ids[i]).size(), 1u);
    }
}

}  // namespace
}  // namespace swiftgrid::sandbox
