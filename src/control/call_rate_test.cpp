#include "control/call_rate.h"

#include <gtest/gtest.h>

namespace swiftgrid::control {
namespace {

int taken_at(CallRate& rate, std::int64_t now_ms, std::int64_t per_minute = 100) {
    int taken = 0;
    while (!rate.take(per_minute, now_ms)) ++taken;
    return taken;
}

TEST(CallRate, TakesAMinutesCallsAtOnceAndFillsEvenly) {
    CallRate rate;
    EXPECT_EQ(taken_at(rate, 5'000), 100);
    EXPECT_EQ(rate.take(100, 5'000), 600);
    EXPECT_EQ(taken_at(rate, 5'599), 0);
    EXPECT_EQ(taken_at(rate, 5'600), 1);
    EXPECT_EQ(taken_at(rate, 5'600 + 30'000), 50);
    EXPECT_EQ(taken_at(rate, 1'000'000), 100);  // never more than a minute's
}

TEST(CallRate, OfOneCallAMinuteAsksForAMinute) {
    CallRate rate;
    EXPECT_FALSE(rate.take(1, 0));
    EXPECT_EQ(rate.take(1, 0), 60'000);
    EXPECT_FALSE(rate.take(1, 60'000));
}

TEST(CallRate, MayBeRaised) {
    CallRate rate;
    EXPECT_EQ(taken_at(rate, 0, 100), 100);
    EXPECT_TRUE(rate.take(100'000, 0));
    EXPECT_EQ(taken_at(rate, 1, 100'000), 1);
    EXPECT_GT(taken_at(rate, 60'000, 100'000), 99'000);
}

}  // namespace
}  // namespace swiftgrid::control
