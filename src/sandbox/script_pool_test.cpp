// The pool: nothing waits for a long script, nothing is lost with a worker, every call is answered
// once.

#include <csignal>

#include <sys/resource.h>

#include <gmock/gmock.h>

#include "base/limits.h"
#include "sandbox/script_world_test.h"
#include "sandbox/worker_processes_test.h"

namespace swiftgrid::sandbox {
namespace {

using testing::StartsWith;

const char* const native_loop = "return 'a'.repeat(1e6).indexOf('a'.repeat(5e5) + 'b')";
const char* const endless = "for (;;);";
constexpr std::size_t calls_max = 2'000;  // of one test

// The worker that was not there before.
pid_t only_new_child(const std::vector<pid_t>& before) {
    for (pid_t child : children_of(test_zygote().process_id())) {
        if (std::ranges::find(before, child) == before.end()) return child;
    }
    return -1;
}

TEST(ScriptPool, AnswersManyCallsOnceEach) {
    ScriptWorld world(
        {.workers = 2, .workers_max = 4, .long_after_ms = 600'000, .step_back_after_ms = 600'000});
    std::vector<std::uint64_t> ids;
    ids.reserve(calls_max);
    for (int i = 0; i < 2'000; ++i) {
        ids.push_back(world.submit_code("return INPUT * 2", std::to_string(i)));
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(ScriptWorld::text_of(world.wait_for(ids[i])), std::to_string(2 * i));
    }
    EXPECT_EQ(world.pool().calls_open(), 0u);
    EXPECT_EQ(world.pool().workers_started(), 2u);
    EXPECT_FALSE(world.pool().next_deadline_ms().has_value());
}

TEST(ScriptPool, ShortScriptsDoNotWaitForLongOnes) {
    for (const char* source : {endless, native_loop}) {
        ScriptWorld world({.workers = 1, .workers_max = 2});
        const std::uint64_t slow = world.submit_code(source, "null", 3'000);
        std::vector<std::uint64_t> quick;
        quick.reserve(calls_max);
        for (int i = 0; i < 100; ++i) quick.push_back(world.submit_code("return 1"));
        for (std::uint64_t id : quick) {
            EXPECT_EQ(ScriptWorld::text_of(world.wait_for(id)), "1");
        }
        EXPECT_FALSE(world.replies().contains(slow)) << "the short ones waited";
        EXPECT_EQ(world.pool().calls_open(), 1u);
        world.pool().cancel(slow);
    }
}

TEST(ScriptPool, LongScriptsInAllWorkersDoNotHoldUpShortOnes) {
    ScriptWorld world({.workers = 2, .workers_max = 3});
    std::vector<std::uint64_t> slow;
    slow.reserve(calls_max);
    for (int i = 0; i < 2; ++i) slow.push_back(world.submit_code(endless, "null", 3'000));
    world.pool().flush();
    EXPECT_EQ(world.result_of("return 1"), "1");
    for (std::uint64_t id : slow) EXPECT_FALSE(world.replies().contains(id));
    for (std::uint64_t id : slow) world.pool().cancel(id);
}

TEST(ScriptPool, AWorkerIsReadyBeforeSomebodyWaitsForOne) {
    ScriptWorld world({.workers = 2, .workers_max = 3, .step_back_after_ms = 600'000});
    std::vector<std::uint64_t> slow;
    for (int i = 0; i < 2; ++i) slow.push_back(world.submit_code(endless, "null", 10'000));
    world.pool().flush();
    while (world.pool().workers_started() < 3u && !world.replies().contains(slow[0])) world.turn();
    EXPECT_EQ(world.pool().workers_started(), 3u);
    EXPECT_EQ(world.result_of("return 1"), "1");
    for (std::uint64_t id : slow) EXPECT_FALSE(world.replies().contains(id));
    for (std::uint64_t id : slow) world.pool().cancel(id);
}

bool has_worker_of_niceness(int niceness) {
    return std::ranges::any_of(children_of(test_zygote().process_id()), [&](pid_t worker) {
        return ::getpriority(PRIO_PROCESS, static_cast<id_t>(worker)) == niceness;
    });
}

TEST(ScriptPool, LongScriptsStepBackAndTheirWorkersAreReplaced) {
    ScriptWorld world({.workers = 1, .workers_max = 2, .step_back_after_ms = 100});
    const std::uint64_t slow = world.submit_code(endless, "null", 2'000);
    world.pool().flush();
    while (!has_worker_of_niceness(10) && !world.replies().contains(slow)) world.turn();
    EXPECT_FALSE(world.replies().contains(slow)) << "it never stepped back";
    EXPECT_THAT(ScriptWorld::text_of(world.wait_for(slow)), StartsWith("script_timeout"));
    EXPECT_EQ(world.result_of("return 1"), "1");
    EXPECT_GT(world.pool().workers_started(), 1u);
    EXPECT_EQ(world.pool().calls_open(), 0u);
}

TEST(ScriptPool, OnlyTheCallThatCannotBeInterruptedFails) {
    ScriptWorld world({.workers = 1, .workers_max = 1});
    std::vector<std::uint64_t> before;
    before.reserve(calls_max);
    std::vector<std::uint64_t> after;
    after.reserve(calls_max);
    for (int i = 0; i < 5; ++i) before.push_back(world.submit_code("return 'before'"));
    const std::uint64_t stuck = world.submit_code(native_loop, "null", 50);
    for (int i = 0; i < 5; ++i) after.push_back(world.submit_code("return 'after'"));
    EXPECT_THAT(ScriptWorld::text_of(world.wait_for(stuck)), StartsWith("script_timeout: "));
    for (std::uint64_t id : before) {
        EXPECT_EQ(ScriptWorld::text_of(world.wait_for(id)), "\"before\"");
    }
    for (std::uint64_t id : after) {
        EXPECT_EQ(ScriptWorld::text_of(world.wait_for(id)), "\"after\"");
    }
}

TEST(ScriptPool, RetiredWorkerGivesItsOtherCallsBack) {
    ScriptWorld world({.workers = 1, .workers_max = 1});
    std::vector<std::uint64_t> ids;
    ids.reserve(calls_max);
    for (int i = 0; i < 20; ++i) {
        ids.push_back(world.submit_code(i % 3 == 1 ? endless : "return 1", "null", 20));
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_THAT(ScriptWorld::text_of(world.wait_for(ids[i])),
                    StartsWith(i % 3 == 1 ? "script_timeout" : "1"))
            << i;
    }
}

TEST(ScriptPool, TimeIsCountedPerCallNotPerBatch) {
    ScriptWorld world({.workers = 1, .workers_max = 1});
    std::vector<std::uint64_t> ids;
    ids.reserve(calls_max);
    for (int i = 0; i < 20; ++i) {
        ids.push_back(world.submit_code(
            "const end = Date.now() + 40; while (Date.now() < end); return 1", "null", 500));
    }
    for (std::uint64_t id : ids) EXPECT_EQ(ScriptWorld::text_of(world.wait_for(id)), "1");
}

TEST(ScriptPool, CancelEndsARunningScriptWithoutAReply) {
    ScriptWorld world(
        {.workers = 1, .workers_max = 1, .long_after_ms = 600'000, .step_back_after_ms = 600'000});
    const std::uint64_t running = world.submit_code(native_loop, "null", 60'000);
    const std::uint64_t behind = world.submit_code("return 1");
    world.pool().flush();
    for (int i = 0; i < 3; ++i) world.turn();
    const std::int64_t begin_ms = steady_ms();
    world.pool().cancel(running);
    EXPECT_EQ(ScriptWorld::text_of(world.wait_for(behind)), "1");
    EXPECT_LT(steady_ms() - begin_ms, 1'000);
    EXPECT_FALSE(world.replies().contains(running));
    EXPECT_EQ(world.pool().workers_started(), 2u);
}

TEST(ScriptPool, CancelRightAfterSubmitLeavesTheOthers) {
    ScriptWorld world({.workers = 1, .workers_max = 1});
    std::vector<std::uint64_t> ids;
    ids.reserve(calls_max);
    for (int i = 0; i < 50; ++i) {
        ids.push_back(world.submit_code(i % 2 == 0 ? endless : "return 1", "null", 60'000));
    }
    for (std::size_t i = 0; i < ids.size(); i += 4) world.pool().cancel(ids[i]);
    world.pool().flush();
    for (std::size_t i = 2; i < ids.size(); i += 4) world.pool().cancel(ids[i]);
    for (std::size_t i = 1; i < ids.size(); i += 2) {
        EXPECT_EQ(ScriptWorld::text_of(world.wait_for(ids[i])), "1");
    }
    world.pool().cancel(12345);  // of nothing
    EXPECT_EQ(world.pool().calls_open(), 0u);
}

TEST(ScriptPool, WorkerThatDiesFailsOnlyTheCallItWasIn) {
    const std::vector<pid_t> before = children_of(test_zygote().process_id());
    ScriptWorld world({.workers = 1, .workers_max = 1});
    const std::uint64_t running = world.submit_code(endless, "null", 20'000);
    const std::uint64_t behind = world.submit_code("return 1");
    world.pool().flush();
    for (int i = 0; i < 5; ++i) world.turn();
    const pid_t worker = only_new_child(before);
    ASSERT_GT(worker, 0);
    ASSERT_EQ(::kill(worker, SIGKILL), 0);
    EXPECT_THAT(ScriptWorld::text_of(world.wait_for(running)), StartsWith("script_crashed: "));
    EXPECT_EQ(ScriptWorld::text_of(world.wait_for(behind)), "1");
}

TEST(ScriptPool, AWorkerThatEndedAfterItsAnswerIsHeard) {
    const std::vector<pid_t> before = children_of(test_zygote().process_id());
    ScriptWorld world(
        {.workers = 1, .workers_max = 1, .long_after_ms = 600'000, .step_back_after_ms = 600'000});
    const std::uint64_t hoard =
        world.submit_code("const a = []; for (;;) a.push(new Array(1e5).fill(1))", "null", 20'000);
    world.pool().flush();
    while (only_new_child(before) < 0) {
    }
    const std::int64_t give_up_ms = steady_ms() + 20'000;
    while (only_new_child(before) > 0) ASSERT_LT(steady_ms(), give_up_ms);
    // Written to a process that is gone.
    const std::uint64_t behind = world.submit_code("return 1");
    world.pool().flush();
    EXPECT_THAT(ScriptWorld::text_of(world.wait_for(hoard)), StartsWith("script_memory: "));
    EXPECT_EQ(ScriptWorld::text_of(world.wait_for(behind)), "1");
}

TEST(ScriptPool, IdleWorkerThatDiesIsReplaced) {
    const std::vector<pid_t> before = children_of(test_zygote().process_id());
    ScriptWorld world({.workers = 1, .workers_max = 1});
    EXPECT_EQ(world.result_of("return 1"), "1");
    ASSERT_EQ(::kill(only_new_child(before), SIGKILL), 0);
    EXPECT_EQ(world.result_of("return 2"), "2");
    EXPECT_EQ(world.result_of("return 3"), "3");
}

TEST(ScriptPool, PoolThatEndsTakesItsWorkersAlong) {
    const std::size_t before = children_of(test_zygote().process_id()).size();
    {
        ScriptWorld world({.workers = 2, .workers_max = 2});
        world.submit_code(native_loop, "null", 60'000);
        world.pool().flush();
        for (int i = 0; i < 3; ++i) world.turn();
    }
    const std::int64_t give_up_ms = steady_ms() + 10'000;
    while (children_of(test_zygote().process_id()).size() > before) {
        ASSERT_LT(steady_ms(), give_up_ms);
    }
}

TEST(ScriptPool, WithoutTheZygoteCallsFailWithAReason) {
    auto zygote = Zygote::start();
    ASSERT_TRUE(zygote.has_value());
    auto pool = ScriptPool::create(*zygote, {.workers = 1, .workers_max = 1});
    ASSERT_TRUE(pool.has_value());
    EXPECT_FALSE(zygote->has_ended());
    ::kill(zygote->process_id(), SIGKILL);
    // Until the signal has arrived everywhere, a worker may still answer.
    const std::int64_t give_up_ms = steady_ms() + 20'000;
    std::string answer = "1";
    for (std::uint64_t id = 1; answer == "1"; ++id) {
        std::vector<Reply> replies;
        (*pool)->submit(Call{id, Code{"return 1", JsonText(), {}}, 1'000});
        (*pool)->flush();
        while (replies.empty()) {
            ASSERT_LT(steady_ms(), give_up_ms);
            pollfd wait{(*pool)->poll_fd(), POLLIN, 0};
            ::poll(&wait, 1, 10);
            (*pool)->poll(steady_ms(), replies);
        }
        ASSERT_EQ(replies.size(), 1u);
        answer = ScriptWorld::text_of(replies[0]);
    }
    EXPECT_THAT(answer, StartsWith("script_crashed: "));
    // The kernel ends the workers a moment before their parent can be waited for.
    while (!zygote->has_ended()) ASSERT_LT(steady_ms(), give_up_ms);
}

TEST(ScriptPool, LargePayloadsOfManyCallsPassTogether) {
    ScriptWorld world({.workers = 2, .workers_max = 2});
    std::vector<std::uint64_t> ids;
    ids.reserve(calls_max);
    const std::string text(3 * limits::mebibyte, 'y');
    for (int i = 0; i < 8; ++i) {
        ids.push_back(
            world.submit_code("return INPUT + '" + std::to_string(i) + "'", "\"" + text + "\""));
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(ScriptWorld::text_of(world.wait_for(ids[i])),
                  "\"" + text + std::to_string(i) + "\"");
    }
}

TEST(ScriptPool, ManyDifferentScriptsDoNotFillAWorker) {
    ScriptWorld world;
    const std::string filling(20'000, ' ');
    for (int i = 0; i < 1'000; ++i) {
        const std::string number = std::to_string(i);
        std::string source = filling;
        source.append("return ").append(number);
        ASSERT_EQ(world.result_of(std::move(source)), number);
    }
    EXPECT_EQ(world.pool().workers_started(), 1u);
}

}  // namespace
}  // namespace swiftgrid::sandbox
