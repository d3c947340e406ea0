#pragma once

// Everything a run is, at one event: the fold of its events up to that one. Time travel, recovery
// and the API's node results all read this, and only apply() changes it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/event.h"

namespace swiftgrid::engine {

struct NodeState {
    NodeStatus status = NodeStatus::pending;
    std::uint32_t attempt = 0;  // 0: never started
    bool absorbed = false;      // failed, but a branch took it over
    std::optional<JsonText> input;
    std::optional<JsonText> result;
    std::optional<RunError> error;
    std::optional<std::vector<std::string>> outputs;  // as in NodeCompleted
    std::optional<JsonText> extras;
    std::optional<Instant> started_at;
    std::optional<Instant> ended_at;
    std::int64_t duration_ms = 0;
    bool operator==(const NodeState&) const = default;
};

struct RunState {
    RunId id;
    RunStatus status = RunStatus::pending;
    std::uint64_t last_sequence = 0;  // 0: not created yet
    RunCreated created;
    Instant created_at;
    std::optional<Instant> started_at;
    std::optional<Instant> ended_at;
    std::optional<JsonText> output;
    std::optional<RunError> error;
    std::string cancel_reason;
    std::vector<NodeState> nodes;  // by NodeIndex; sized by the maker
    std::uint32_t open_nodes = 0;  // scheduled, running, suspended or retrying

    RunState() = default;
    RunState(RunId run, std::size_t node_count) : id(run), nodes(node_count) {}
    bool exists() const { return last_sequence > 0; }
    bool operator==(const RunState&) const = default;
};

}  // namespace swiftgrid::engine
