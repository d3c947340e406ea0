#include "control/schedule_service.h"

#include <gtest/gtest.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::control {
namespace {

using store::testing::flow_of;

// Something happens whenever somebody asks for the time.
class EventfulClock : public runtime::Clock {
public:
    Instant now() const override {
        if (meanwhile) std::exchange(meanwhile, {})();
        return store::testing::noon;
    }
    std::int64_t monotonic_ms() const override { return 0; }

    mutable std::function<void()> meanwhile;
};

class ScheduleServiceTest : public store::testing::CatalogTest {
protected:
    store::Schedules schedules_{*database_, journal_};
    EventfulClock clock_;
    ScheduleService service_{{schedules_, clock_, [] {}}};
};

TEST_F(ScheduleServiceTest, LeavesDecidedWhatTheSchedulerDecidesMeanwhile) {
    create(1, "flow");
    store::ScheduleSettings settings;
    settings.enabled = true;
    settings.cron = "@hourly";
    ASSERT_TRUE(service_.put(flow_of(1), settings).has_value());
    const auto next_run = [&] { return schedules_.get(flow_of(1)).value().value().next_run; };
    const auto first = next_run();
    ASSERT_TRUE(first.has_value());
    const Instant second = *first + Duration{60 * 60 * 1'000};
    clock_.meanwhile = [&] {
        ASSERT_TRUE(schedules_.record({{flow_of(1), first, second, {}}}).has_value());
    };
    settings.missed = "skip";
    ASSERT_TRUE(service_.put(flow_of(1), settings).has_value());
    EXPECT_EQ(next_run(), second);
}

}  // namespace
}  // namespace swiftgrid::control
