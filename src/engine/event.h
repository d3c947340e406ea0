#pragma once

// What has happened to a run: facts in the past tense, the only truth. An event records the outcome
// of a decision (resolved input, chosen outputs), never something to be decided again, so that code
// may change and history may not. A released event is never edited: add a version.
// The public form is { id, runId, nodeId, eventType, attempt, payload, createdAt }.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "base/json.h"
#include "engine/run_error.h"
#include "engine/status.h"
#include "model/plan.h"

namespace swiftgrid::engine {

using model::NodeIndex;

struct RunCreated {
    FlowId flow;
    std::optional<std::int64_t> version;  // none: the draft
    GraphId graph;
    Trigger trigger = Trigger::manual;
    JsonText input;
    std::optional<RunId> parent;
    std::string calling_node_id;
    std::uint32_t depth = 0;
    std::optional<RunId> replay_of;
    bool operator==(const RunCreated&) const = default;
};
struct RunStarted {
    bool operator==(const RunStarted&) const = default;
};
struct RunCompleted {
    JsonText output;
    bool operator==(const RunCompleted&) const = default;
};
struct RunFailed {
    RunError error;
    bool operator==(const RunFailed&) const = default;
};
struct RunCancelled {
    std::string reason;
    bool operator==(const RunCancelled&) const = default;
};
struct NodeScheduled {
    NodeIndex node = 0;
    bool operator==(const NodeScheduled&) const = default;
};
struct NodeStarted {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    JsonText input;
    bool operator==(const NodeStarted&) const = default;
};
struct NodeCompleted {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    JsonText result;
    // The handles whose edges become live; none given: the normal output "".
    std::optional<std::vector<std::string>> outputs;
    std::int64_t duration_ms = 0;
    // Set when onError `continue` absorbed a failure; the result is then { error }.
    std::optional<RunError> error;
    // What the node type adds for people: logs, usage, model … An object.
    std::optional<JsonText> extras;
    bool operator==(const NodeCompleted&) const = default;
};
struct NodeFailed {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    RunError error;
    std::int64_t duration_ms = 0;
    bool absorbed = false;  // onError `branch` with a connected branch: the edge `error` is live
    std::optional<JsonText> extras;
    bool operator==(const NodeFailed&) const = default;
};
struct NodeSkipped {
    NodeIndex node = 0;
    bool operator==(const NodeSkipped&) const = default;
};
struct NodeCancelled {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    bool operator==(const NodeCancelled&) const = default;
};

using EventBody =
    std::variant<RunCreated, RunStarted, RunCompleted, RunFailed, RunCancelled, NodeScheduled,
                 NodeStarted, NodeCompleted, NodeFailed, NodeSkipped, NodeCancelled>;

struct Event {
    std::uint64_t sequence = 0;  // from 1 without gaps within a run
    Instant at;
    EventBody body;
    bool operator==(const Event&) const = default;
};

// "NODE_COMPLETED".
std::string_view type_name(const EventBody& body);

}  // namespace swiftgrid::engine
