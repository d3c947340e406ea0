#include "engine/child_id.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace swiftgrid::engine {
namespace {

constexpr unsigned item_bits = 20;  // limits::map_items fits
constexpr unsigned attempt_bits = 4;
constexpr std::uint32_t attempt_max = (1U << attempt_bits) - 1;

// The 74 bits behind the time: 64 of `high`, then ten of `rest`.
RunId make_id(Instant since, std::uint64_t high, std::uint64_t rest) {
    const std::uint64_t low = (high << 12 | (rest & 0xfff)) >> 2;  // 62 bits
    std::array<std::uint8_t, 10> bits{};
    bits[0] = static_cast<std::uint8_t>(high >> 60);
    bits[1] = static_cast<std::uint8_t>(high >> 52);
    for (std::size_t i = 0; i < 8; ++i)
        bits[2 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    return RunId{make_uuid_v7(since, bits)};
}

}  // namespace

RunId child_id(const ChildKey& key, Instant since) {
    const std::uint64_t item = key.item ? std::uint64_t{*key.item} + 1 : 0;
    const std::uint64_t hash = stable_hash(key.parent.uuid, {key.node, key.attempt, item});
    std::uint64_t high = hash;
    if (key.item) {
        const std::uint64_t attempt = std::min(key.attempt, attempt_max);
        const std::uint64_t place = std::uint64_t{*key.item} << attempt_bits | attempt;
        high = place << (64 - item_bits - attempt_bits) | hash >> (item_bits + attempt_bits);
    }
    RunId child = make_id(since, high, mix64(hash));
    if (key.beside_parent) child.uuid.bytes.back() = shard_byte(key.parent);
    return child;
}

ItemPlace place_of_item(RunId child) {
    const auto& bytes = child.uuid.bytes;
    // Around the bits of the version and the variant.
    const auto place = static_cast<std::uint32_t>((bytes[6] & 0x0fU) << 20 | bytes[7] << 12 |
                                                  (bytes[8] & 0x3fU) << 6 | bytes[9] >> 2);
    return {place >> attempt_bits, place & attempt_max};
}

RunId id_before_item(std::uint32_t item, Instant since) {
    return make_id(since, std::uint64_t{item} << (64 - item_bits), 0);
}

}  // namespace swiftgrid::engine
