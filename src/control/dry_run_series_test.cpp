#include "control/dry_run_series.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

class SeriesClock : public runtime::Clock {
public:
    Instant now() const override { return {now_ms}; }
    std::int64_t monotonic_ms() const override { return now_ms; }
    std::int64_t now_ms = 5'000;
};

class DryRunSeriesTest : public testing::Test {
protected:
    // Each takes so long; gives how long each might have taken.
    std::vector<std::int64_t> carry_out(std::size_t count, std::int64_t each_ms) {
        std::vector<std::int64_t> allowed_ms;
        early_end =
            carry_out_series({"tests", count, clock, stop},
                             [&](std::size_t place, const runtime::DryRunBounds& bounds) {
                                 EXPECT_EQ(place, allowed_ms.size());
                                 allowed_ms.push_back(bounds.until_monotonic_ms - clock.now_ms);
                                 clock.now_ms += each_ms;
                                 if (place + 1 == stop_after) stop = true;
                             });
        return allowed_ms;
    }

    SeriesClock clock;
    std::atomic<bool> stop = false;
    std::size_t stop_after = 0;
    std::optional<Error> early_end;
};

TEST_F(DryRunSeriesTest, GivesEachItsOwnTimeAndEndsWithTheLast) {
    EXPECT_THAT(carry_out(3, 20), testing::ElementsAre(limits::flow_test_ms, limits::flow_test_ms,
                                                       limits::flow_test_ms));
    EXPECT_FALSE(early_end.has_value());
}

TEST_F(DryRunSeriesTest, EndsWhenTheTimeOfTheRequestIsOver) {
    constexpr std::int64_t each_ms = limits::flow_tests_ms - 1'000;
    EXPECT_THAT(carry_out(3, each_ms), testing::ElementsAre(limits::flow_test_ms, 1'000));
    ASSERT_TRUE(early_end.has_value());
    EXPECT_EQ(early_end->code, ErrorCode::timeout);
    EXPECT_EQ(early_end->message,
              "the 60 s of a request were over after 2 of 3 tests; ask for fewer at a time");
}

TEST_F(DryRunSeriesTest, EndsBeforeTheNextOneWhenItIsStopped) {
    stop_after = 2;
    EXPECT_EQ(carry_out(3, 20).size(), 2U);
    ASSERT_TRUE(early_end.has_value());
    EXPECT_EQ(early_end->code, ErrorCode::cancelled);
    EXPECT_EQ(early_end->message, "stopped after 2 of 3 tests");
}

}  // namespace
}  // namespace swiftgrid::control
