#pragma once

// What the world owes a run after a turn. Effects are not persisted: they are recomputable from the
// state (`outstanding`), delivered at least once and carry the attempt as their key. Effects on the
// outside wait for the commit; effect-free ones (scripts) may be carried out at once (engine.md 3).

#include <variant>
#include <vector>

#include "engine/event.h"

namespace swiftgrid::engine {

// Evaluate the scripts of the node's input template; answer with CompleteInput or FailNode.
struct EvaluateInput {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    // The roots the scripts mention, with their values; a root without a value is left out.
    std::vector<std::pair<std::string, JsonText>> bindings;
    bool operator==(const EvaluateInput&) const = default;
};
// Carry out the attempt; answer with CompleteNode or FailNode.
struct PerformNode {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    JsonText input;
    // What a script may read besides its input: `$trigger` and upstream results by node id.
    std::vector<std::pair<std::string, JsonText>> bindings;
    bool operator==(const PerformNode&) const = default;
};
// Stop an attempt whose outcome no longer matters. No answer.
struct CancelNode {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    bool operator==(const CancelNode&) const = default;
};
// The run is over: wake whoever waits for it.
struct EndRun {
    RunStatus status = RunStatus::completed;
    bool operator==(const EndRun&) const = default;
};

using Effect = std::variant<EvaluateInput, PerformNode, CancelNode, EndRun>;

}  // namespace swiftgrid::engine
