#pragma once

// What random tests draw from, the simulator too. The same seed gives the same numbers on every
// machine, unlike the standard distributions.

#include <cstddef>
#include <cstdint>

#include "base/hash.h"

namespace swiftgrid::testing {

class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        const std::uint64_t drawn = mix64(state_);
        state_ += 0x9e3779b97f4a7c15ULL;
        return drawn;
    }

    // Requires bound > 0.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
    bool chance(unsigned percent) { return below(100) < percent; }

private:
    std::uint64_t state_;
};

}  // namespace swiftgrid::testing
