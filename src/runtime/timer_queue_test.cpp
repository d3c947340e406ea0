#include "runtime/timer_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swiftgrid::runtime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RunId run(std::uint8_t number) {
    RunId id;
    id.uuid.bytes[15] = number;
    return id;
}
Instant at(std::int64_t ms) { return {ms}; }

// A queue that knows that nothing more is on disk.
TimerQueue complete_queue(std::size_t entries_max = 100) {
    TimerQueue queue(entries_max);
    queue.add_window({}, std::nullopt);
    return queue;
}

TEST(TimerQueue, GivesWhatIsDueEarliestFirstAndOnce) {
    TimerQueue queue = complete_queue();
    queue.arm(run(1), at(30));
    queue.arm(run(2), at(10));
    queue.arm(run(3), at(20));
    EXPECT_EQ(queue.next(), at(10));
    EXPECT_THAT(queue.pop_due(at(20), 10), ElementsAre(run(2), run(3)));
    EXPECT_THAT(queue.pop_due(at(20), 10), IsEmpty());
    EXPECT_EQ(queue.next(), at(30));
}

TEST(TimerQueue, GivesNoMoreThanAskedFor) {
    TimerQueue queue = complete_queue();
    for (std::uint8_t i = 1; i <= 5; ++i) queue.arm(run(i), at(i));
    EXPECT_THAT(queue.pop_due(at(9), 2), ElementsAre(run(1), run(2)));
    EXPECT_EQ(queue.size(), 3u);
}

TEST(TimerQueue, KnowsOneWakeupOfARun) {
    TimerQueue queue = complete_queue();
    queue.arm(run(1), at(10));
    queue.arm(run(1), at(50));
    EXPECT_THAT(queue.pop_due(at(49), 10), IsEmpty());
    queue.arm(run(1), std::nullopt);
    EXPECT_EQ(queue.next(), std::nullopt);
    EXPECT_EQ(queue.size(), 0u);
}

TEST(TimerQueue, BeginsWithWhatIsOnDisk) {
    TimerQueue queue(100);
    EXPECT_TRUE(queue.wants_window());
    // What becomes durable before the first window is in that window.
    queue.arm(run(1), at(10));
    EXPECT_EQ(queue.size(), 0u);
    queue.add_window({{at(10), run(1)}, {at(20), run(2)}}, store::Wakeup{at(20), run(2)});
    EXPECT_TRUE(queue.wants_window());
    EXPECT_EQ(queue.window_begin(), (store::Wakeup{at(20), run(2)}));
    queue.arm(run(3), at(15));
    queue.arm(run(4), at(25));  // behind the window
    EXPECT_THAT(queue.pop_due(at(30), 10), ElementsAre(run(1), run(3), run(2)));
    queue.add_window({{at(25), run(4)}}, std::nullopt);
    EXPECT_FALSE(queue.wants_window());
    EXPECT_THAT(queue.pop_due(at(30), 10), ElementsAre(run(4)));
}

TEST(TimerQueue, LeavesTheLatestOnDiskWhenItIsFull) {
    TimerQueue queue = complete_queue(8);
    for (std::uint8_t i = 1; i <= 10; ++i) queue.arm(run(i), at(i));
    EXPECT_EQ(queue.size(), 8u);
    EXPECT_FALSE(queue.wants_window());
    EXPECT_EQ(queue.pop_due(at(7), 10).size(), 7u);
    ASSERT_TRUE(queue.wants_window());
    EXPECT_EQ(queue.window_begin(), (store::Wakeup{at(8), run(8)}));
    queue.add_window({{at(9), run(9)}, {at(10), run(10)}}, std::nullopt);
    EXPECT_THAT(queue.pop_due(at(99), 10), ElementsAre(run(8), run(9), run(10)));
}

TEST(TimerQueue, ForgetsARunWhoseWakeupMovesBehindTheWindow) {
    TimerQueue queue = complete_queue(2);
    for (std::uint8_t i = 1; i <= 3; ++i) queue.arm(run(i), at(i));
    queue.arm(run(1), at(50));
    EXPECT_THAT(queue.pop_due(at(99), 10), ElementsAre(run(2)));
}

}  // namespace
}  // namespace swiftgrid::runtime
