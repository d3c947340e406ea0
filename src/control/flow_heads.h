#pragma once

// What starting a run needs to know of a flow, kept in memory so that an ordinary start reads no
// database: which graph the draft and the active version have, and what starting them means.
// Thread-safe. FlowService writes it after each change, under its own lock, so that the newest
// state wins; who merely reads a flow from the database remembers it with put_if_unchanged().

#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "base/ids.h"
#include "base/result.h"
#include "engine/event.h"
#include "store/catalog.h"

namespace swiftgrid::control {

// What never changes of a version.
struct VersionHead {
    std::int64_t number = 0;
    GraphId graph;
    std::optional<std::int64_t> timeout_ms;  // of a run; absent: none
    engine::Snapshots snapshots;
};

struct FlowHead {
    std::string name;
    GraphId draft;
    std::optional<std::int64_t> draft_timeout_ms;
    std::optional<VersionHead> active;
};

class FlowHeads {
public:
    std::optional<FlowHead> find(FlowId flow) const;
    void put(FlowId flow, const FlowHead& head);
    void erase(FlowId flow);

    // Grows with every put() and erase(). What was read from the database after changes() was asked
    // may be remembered as long as it has not grown.
    std::uint64_t changes() const;
    void put_if_unchanged(FlowId flow, const FlowHead& head, std::uint64_t changes);

private:
    void insert_locked(FlowId flow, const FlowHead& head);

    mutable std::shared_mutex mutex_;
    std::unordered_map<FlowId, FlowHead> heads_;
    std::uint64_t changes_ = 0;
};

// The time limit of a run of a flow that has this in its row: 0 is none.
std::optional<std::int64_t> time_limit(const std::optional<std::int64_t>& timeout_ms);

VersionHead head_of(const store::Version& version);

// From the database, with the active version of `flow`.
Result<FlowHead> read_head(store::Catalog& catalog, const store::Flow& flow);

// From memory, else from the database. Any thread; waits for no change that is under way.
Result<FlowHead> find_or_read_head(FlowHeads& heads, store::Catalog& catalog, FlowId flow);

}  // namespace swiftgrid::control
