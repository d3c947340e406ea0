#pragma once

// Math.random for scripts. Each call gets its own stream, derived with SipHash from a secret of the
// worker, so that a script cannot foretell the numbers of the next one from its own.

#include <array>
#include <cstdint>

namespace swiftgrid::sandbox {

using RandomState = std::array<std::uint64_t, 4>;

RandomState random_state_for(const std::array<std::uint64_t, 2>& key, std::uint64_t call_number);

// In [0, 1), with 53 random bits (xoshiro256**).
double next_random(RandomState& state);

// SipHash-2-4 of one 64-bit word.
std::uint64_t siphash(const std::array<std::uint64_t, 2>& key, std::uint64_t word);

}  // namespace swiftgrid::sandbox
