#include "control/call_rate.h"

#include <gtest/gtest.h>

namespace swiftgrid::control {
namespace {

int taken_at(CallRate& rate, std::int64_t now_ms, std::int64_t calls = 100) {
    int taken = 0;
    for (; rate.wait_ms(per_minute(calls), now_ms) == 0; ++taken)
        rate.take(per_minute(calls), now_ms);
    return taken;
}

TEST(CallRate, TakesAMinutesCallsAtOnceAndFillsEvenly) {
    CallRate rate;
    EXPECT_EQ(taken_at(rate, 5'000), 100);
    EXPECT_EQ(rate.wait_ms(per_minute(100), 5'000), 600);
    EXPECT_EQ(taken_at(rate, 5'599), 0);
    EXPECT_EQ(taken_at(rate, 5'600), 1);
    EXPECT_EQ(taken_at(rate, 5'600 + 30'000), 50);
    EXPECT_EQ(taken_at(rate, 1'000'000), 100);  // never more than a minute's
}

TEST(CallRate, OfOneCallAMinuteAsksForAMinute) {
    CallRate rate;
    EXPECT_EQ(taken_at(rate, 0, 1), 1);
    EXPECT_EQ(rate.wait_ms(per_minute(1), 0), 60'000);
    EXPECT_EQ(rate.wait_ms(per_minute(1), 60'000), 0);
}

TEST(CallRate, MayBeRaised) {
    CallRate rate;
    EXPECT_EQ(taken_at(rate, 0, 100), 100);
    EXPECT_GT(rate.wait_ms(per_minute(100'000), 0), 0);
    EXPECT_EQ(taken_at(rate, 1, 100'000), 1);
    EXPECT_GT(taken_at(rate, 60'000, 100'000), 99'000);
}

TEST(CallRate, WhatIsGivenBackDoesNotCount) {
    CallRate rate;
    EXPECT_EQ(taken_at(rate, 0), 100);
    rate.give_back(per_minute(100));
    EXPECT_EQ(taken_at(rate, 0), 1);
    for (int i = 0; i < 1'000; ++i) rate.give_back(per_minute(100));
    EXPECT_EQ(taken_at(rate, 0), 100);  // never more than it holds
}

}  // namespace
}  // namespace swiftgrid::control
