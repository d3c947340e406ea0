#pragma once

// Which ids runs of a time have: those of a list or of an expiry need not be looked for elsewhere.

#include <algorithm>
#include <cstdint>

#include "base/ids.h"
#include "base/instant.h"

namespace swiftgrid::store {

// A run's id holds the time at which it was drawn: a little before created_at, or later when a
// clock was set back by less than this.
constexpr Duration id_late{10 * 1000};
// A child that a crash kept from starting for longer than this is not found by `from`.
constexpr Duration id_early{60 * 60 * 1000};

// The smallest or largest id that can be drawn at a time, depending on `fill`.
inline Uuid uuid_at(Instant instant, std::uint8_t fill) {
    const auto milliseconds = std::max<std::int64_t>(instant.milliseconds_since_epoch, 0);
    Uuid uuid;
    uuid.bytes.fill(fill);
    for (std::size_t i = 0; i < 6; ++i)
        uuid.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
    return uuid;
}

}  // namespace swiftgrid::store
