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
// Start a run of another flow; answer with CompleteChild when it has ended or cannot be started.
// Starting a run that exists already is no mistake: its end is reported once more.
struct StartChildRun {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;  // the node's, or the item's
    std::optional<std::uint32_t> item;
    RunId child;
    FlowCall call;
    JsonText input;
    bool operator==(const StartChildRun&) const = default;
};
struct CancelChildRun {
    RunId child;
    bool operator==(const CancelChildRun&) const = default;
};
// The run is over: wake whoever waits for it.
struct EndRun {
    RunStatus status = RunStatus::completed;
    bool operator==(const EndRun&) const = default;
};

using Effect =
    std::variant<EvaluateInput, PerformNode, CancelNode, StartChildRun, CancelChildRun, EndRun>;

}  // namespace swiftgrid::engine
