#pragma once

// Math.random and crypto for scripts. Each call gets its own stream of numbers, derived with
// SipHash from a secret of the worker, so that a script cannot foretell the numbers of the next one
// from its own. What crypto gives is HMAC-SHA-256 of a counter under another secret, because
// workers may not ask the kernel.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace swiftgrid::sandbox {

struct RandomKeys {
    std::array<std::uint64_t, 2> numbers{};
    std::array<std::uint8_t, 32> bytes{};
};

using RandomState = std::array<std::uint64_t, 4>;

RandomState random_state_for(const std::array<std::uint64_t, 2>& key, std::uint64_t call_number);

// In [0, 1), with 53 random bits (xoshiro256**).
double next_random(RandomState& state);

// Unforeseeable; `counter` must not go back under the same key.
std::vector<std::uint8_t> random_bytes(const std::array<std::uint8_t, 32>& key,
                                       std::uint64_t& counter, std::size_t count);

// SipHash-2-4 of one 64-bit word.
std::uint64_t siphash(const std::array<std::uint64_t, 2>& key, std::uint64_t word);

}  // namespace swiftgrid::sandbox
