#pragma once

// The only door to the operating system's clock. Everything else takes `now` as an argument.

#include <cstdint>

#include "base/ids.h"
#include "base/instant.h"

namespace swiftgrid::runtime {

class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    // Never steps back; for deadlines and durations only.
    virtual std::int64_t monotonic_ms() const = 0;
};

class SystemClock : public Clock {
public:
    Instant now() const override;
    std::int64_t monotonic_ms() const override;
};

// UUIDv7 from the clock and the system's randomness; increases even within one millisecond.
// Thread-safe.
class SystemIdSource : public IdSource {
public:
    explicit SystemIdSource(const Clock& clock) : clock_(clock) {}
    Uuid next() override;

private:
    const Clock& clock_;
};

}  // namespace swiftgrid::runtime
