#pragma once

// The id of a run that another run starts, derived from who starts it, so that after a crash the
// same child is meant. A UUIDv7 (RFC 9562) whose time is when the caller began to wait; for the
// items of a map the next bits are index and attempt, so that children sort like items. The rest is
// a hash, but for the last byte where the child is to stay beside its parent (shard_byte).

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "base/instant.h"

namespace swiftgrid::engine {

struct ChildKey {
    RunId parent;
    std::uint32_t node = 0;
    std::uint32_t attempt = 1;  // the node's, or the item's
    std::optional<std::uint32_t> item;
    bool beside_parent = false;  // on the same shard
};

RunId child_id(const ChildKey& key, Instant since);

// What decides which shard owns a run. It is random, unless the run is to stay beside another one.
inline std::uint8_t shard_byte(RunId run) { return run.uuid.bytes.back(); }

// The place of an item's run among those of its map; attempts beyond 15 look like the 15th.
struct ItemPlace {
    std::uint32_t item = 0;
    std::uint32_t attempt = 1;
    bool operator==(const ItemPlace&) const = default;
};
// Requires the id of a run that was started for an item.
ItemPlace place_of_item(RunId child);

// Lower than every id of the item's runs, higher than those of the items before it.
RunId id_before_item(std::uint32_t item, Instant since);

}  // namespace swiftgrid::engine
