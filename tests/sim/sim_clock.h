#pragma once

// The world's clock: it stands until it is moved, and people may set it back.

#include <algorithm>

#include "runtime/clock.h"

namespace swiftgrid::sim {

class SimClock : public runtime::Clock {
public:
    Instant now() const override { return now_; }
    std::int64_t monotonic_ms() const override { return monotonic_ms_; }

    // Time passes. Requires a length that is not negative.
    void advance(Duration length) {
        monotonic_ms_ += length.milliseconds;
        set(now_ + length);
    }
    // Somebody sets the clock.
    void set(Instant now) {
        now_ = now;
        latest_ = std::max(latest_, now);
    }
    // The latest instant there ever was.
    Instant latest() const { return latest_; }

private:
    Instant now_{1'800'000'000'000};
    Instant latest_ = now_;
    std::int64_t monotonic_ms_ = 0;
};

}  // namespace swiftgrid::sim
