#pragma once

// What starting a run needs to know of a flow, kept in memory so that an ordinary start reads no
// database: which graph the draft and the active version have. Thread-safe. FlowService writes it
// after each change, under its own lock, so that the newest state wins.

#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "base/ids.h"

namespace swiftgrid::control {

struct ActiveVersion {
    std::int64_t number = 0;
    GraphId graph;
};

struct FlowHead {
    std::string name;
    GraphId draft;
    std::optional<ActiveVersion> active;
};

class FlowHeads {
public:
    std::optional<FlowHead> find(FlowId flow) const;
    void put(FlowId flow, const FlowHead& head);
    void erase(FlowId flow);

private:
    mutable std::shared_mutex mutex_;
    std::unordered_map<FlowId, FlowHead> heads_;
};

}  // namespace swiftgrid::control
