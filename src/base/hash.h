#pragma once

// A hash whose value never changes, between machines and versions: derived ids and retry jitter are
// in journals for ever. Not for secrets. The mixing step is SplitMix64 (Steele, Lea, Flood, "Fast
// splittable pseudorandom number generators", 2014).

#include <cstdint>
#include <initializer_list>

#include "base/ids.h"

namespace swiftgrid {

constexpr std::uint64_t mix64(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

inline std::uint64_t stable_hash(const Uuid& id, std::initializer_list<std::uint64_t> numbers) {
    std::uint64_t hash = 0;
    for (const std::uint8_t byte : id.bytes) hash = mix64(hash ^ byte);
    for (const std::uint64_t number : numbers) hash = mix64(hash ^ number);
    return hash;
}

}  // namespace swiftgrid
