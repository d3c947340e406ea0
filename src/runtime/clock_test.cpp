#include <set>

#include <gtest/gtest.h>

#include "runtime/clock.h"

namespace swiftgrid::runtime {
namespace {

class FixedClock : public Clock {
public:
    Instant now() const override { return {1'900'000'000'000}; }
    std::int64_t monotonic_ms() const override { return 0; }
};

TEST(SystemIdSource, GivesIncreasingIdsEvenWithinOneMillisecond) {
    const FixedClock clock;
    SystemIdSource source(clock);
    Uuid last = source.next();
    for (int i = 0; i < 10'000; ++i) {
        const Uuid next = source.next();
        ASSERT_LT(last, next);
        last = next;
    }
}

}  // namespace
}  // namespace swiftgrid::runtime
