#include "runtime/wall_clock_timer.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "runtime/clock.h"

namespace swiftgrid::runtime {
namespace {

// Within so many milliseconds.
bool is_readable(const WallClockTimer& timer, int within_ms) {
    pollfd waited{timer.fd(), POLLIN, 0};
    return ::poll(&waited, 1, within_ms) == 1;
}

constexpr int patience_ms = 10'000;
constexpr Instant long_ago{1'000};
constexpr Instant far_away{32'000'000'000'000};

TEST(WallClockTimer, IsReadableWhenItsInstantHasCome) {
    WallClockTimer timer;
    EXPECT_FALSE(is_readable(timer, 0));
    timer.arm(SystemClock().now() + Duration{5});
    EXPECT_TRUE(is_readable(timer, patience_ms));
}

TEST(WallClockTimer, IsReadableAtOnceForAnInstantThatIsOver) {
    for (const Instant instant : {long_ago, Instant{0}, Instant{-1'000}}) {
        WallClockTimer timer;
        timer.arm(instant);
        EXPECT_TRUE(is_readable(timer, patience_ms)) << instant.milliseconds_since_epoch;
    }
}

TEST(WallClockTimer, WaitsForTheInstantItWasArmedForLast) {
    WallClockTimer timer;
    timer.arm(long_ago);
    timer.arm(far_away);
    EXPECT_FALSE(is_readable(timer, 0));
    timer.arm(long_ago);
    EXPECT_TRUE(is_readable(timer, patience_ms));
    timer.arm(std::nullopt);
    EXPECT_FALSE(is_readable(timer, 0));
}

TEST(WallClockTimer, ThatWasClearedIsArmedAnewForTheSameInstant) {
    WallClockTimer timer;
    timer.arm(long_ago);
    ASSERT_TRUE(is_readable(timer, patience_ms));
    timer.clear();
    EXPECT_FALSE(is_readable(timer, 0));
    timer.arm(long_ago);
    EXPECT_TRUE(is_readable(timer, patience_ms));
}

TEST(WallClockTimer, MayBeClearedBeforeItsTime) {
    WallClockTimer timer;
    timer.arm(far_away);
    timer.clear();
    EXPECT_FALSE(is_readable(timer, 0));
}

}  // namespace
}  // namespace swiftgrid::runtime
