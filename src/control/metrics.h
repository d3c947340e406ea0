#pragma once

// What the services count, for /metrics. Passed to those who count; null where nobody asks.

#include <array>
#include <cstdint>

#include "observe/counters.h"
#include "observe/histogram.h"

namespace swiftgrid::control {

// How late schedules start their runs, in milliseconds.
inline constexpr std::array<std::int64_t, 11> scheduler_lag_bounds_ms{
    5, 10, 25, 50, 100, 250, 1'000, 5'000, 30'000, 300'000, 3'600'000};

struct ControlMetrics {
    observe::Counters webhook_deliveries{{"outcome"}};    // started repeated refused tested
    observe::Counters schedule_occurrences{{"outcome"}};  // started queued skipped missed failed
    observe::Counters schedule_skipped{{"reason"}};       // overlap missed
    // Attempts: of which kind the channel is; delivered retried failed.
    observe::Counters notifications{{"channel", "outcome"}};
    observe::Histogram scheduler_lag{scheduler_lag_bounds_ms};  // of the scheduler's thread
};

}  // namespace swiftgrid::control
