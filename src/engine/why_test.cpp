#include "engine/why.h"

#include <gtest/gtest.h>

namespace swiftgrid::engine {
namespace {

constexpr Instant now{1'795'539'600'000};  // 2026-11-24 17:00:00 UTC

std::string in(std::int64_t milliseconds) {
    const Instant at = now + Duration{milliseconds};
    return render_why("in {in:" + std::to_string(at.milliseconds_since_epoch) + "}", now);
}

TEST(RenderWhy, SaysHowLongItIsInTheTwoLargestUnits) {
    EXPECT_EQ(in(450), "in 450 ms");
    EXPECT_EQ(in(12'000), "in 12 s");
    EXPECT_EQ(in(61'000), "in 1 min 1 s");
    EXPECT_EQ(in(7'500'000), "in 2 h 5 min");
    EXPECT_EQ(in(90'000'000), "in 1 d 1 h");
}

TEST(RenderWhy, SaysThatWhatIsPastIsNow) { EXPECT_EQ(in(-5'000), "in 0 ms"); }

TEST(RenderWhy, SaysAnInstantInUtc) {
    EXPECT_EQ(render_why("until {t:1795539600000}, then", now),
              "until 2026-11-24 17:00:00 UTC, then");
}

TEST(RenderWhy, LeavesBracesOfLabelsAsTheyAre) {
    for (const char* text : {"runs '{t:}'", "runs '{in:12'", "{", "runs '{t:-1}' {}",
                             "runs '{t:999999999999999999}'", "runs '{t:99999999999999999999}'"})
        EXPECT_EQ(render_why(text, now), text);
}

}  // namespace
}  // namespace swiftgrid::engine
