#include "control/retention.h"

#include <gtest/gtest.h>

namespace swiftgrid::control {
namespace {

TEST(Retention, IsOneOfFourChoices) {
    Retention retention;
    const Setting setting = retention_setting(retention);
    for (const std::int64_t days : {30, 90, 180, 365}) EXPECT_TRUE(setting.read(days)) << days;
    for (const json::value& value : {json::value(0), json::value(91), json::value(-30),
                                     json::value("90"), json::value(90.5), json::value(nullptr)}) {
        const auto read = setting.read(value);
        ASSERT_FALSE(read) << to_json(value);
        EXPECT_FALSE(read.error().front().detail.empty());
    }
    EXPECT_EQ(setting.fallback, json::value(90));
}

TEST(Retention, TellsOfAChange) {
    Retention retention;
    const Setting setting = retention_setting(retention);
    setting.apply(180);  // what is stored, at the start
    int told = 0;
    retention.when_changed([&] { ++told; });
    setting.apply(30);
    EXPECT_EQ(told, 1);
    EXPECT_EQ(retention.days(), 30);
    constexpr Instant now{100LL * 24 * 60 * 60 * 1000};
    EXPECT_EQ(retention.kept_since(now), Instant{70LL * 24 * 60 * 60 * 1000});
}

}  // namespace
}  // namespace swiftgrid::control
