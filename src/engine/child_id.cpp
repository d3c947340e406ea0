#include "engine/child_id.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace swiftgrid::engine {
namespace {

constexpr unsigned item_bits = 20;  // limits::map_items fits
constexpr unsigned attempt_bits = 4;
constexpr std::uint32_t attempt_max = (1U << attempt_bits) - 1;

}  // namespace

RunId child_id(const ChildKey& key, Instant since) {
    const std::uint64_t item = key.item ? std::uint64_t{*key.item} + 1 : 0;
    const std::uint64_t hash = stable_hash(key.parent.uuid, {key.node, key.attempt, item});
    // The 74 bits behind the time: 64 of `high`, then ten of another mix.
    std::uint64_t high = hash;
    if (key.item) {
        const std::uint64_t attempt = std::min(key.attempt, attempt_max);
        const std::uint64_t place = std::uint64_t{*key.item} << attempt_bits | attempt;
        high = place << (64 - item_bits - attempt_bits) | hash >> (item_bits + attempt_bits);
    }
    const std::uint64_t low = (high << 12 | (mix64(hash) & 0xfff)) >> 2;  // 62 bits
    std::array<std::uint8_t, 10> bits{};
    bits[0] = static_cast<std::uint8_t>(high >> 60);
    bits[1] = static_cast<std::uint8_t>(high >> 52);
    for (std::size_t i = 0; i < 8; ++i)
        bits[2 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    return RunId{make_uuid_v7(since, bits)};
}

}  // namespace swiftgrid::engine
