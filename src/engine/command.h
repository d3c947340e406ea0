#pragma once

// What may be asked of a run. Imperative; refused with a reason when it is redundant or late, never
// silently absorbed (style.md D6).

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/event.h"

namespace swiftgrid::engine {

// Takes the end of a node over from another run (replay from a node, fork).
struct KeptNode {
    NodeIndex node = 0;
    NodeStatus status = NodeStatus::completed;  // completed, failed (absorbed) or skipped
    JsonText result;
    std::optional<std::vector<std::string>> outputs;
    std::optional<RunError> error;
};
struct StartRun {
    RunCreated created;
    std::vector<KeptNode> kept = {};  // in topological order
    // Entered whatever its edges say; all that leads to it is kept.
    std::optional<NodeIndex> enter_at = {};
};
// The values of a node's template scripts, in the order of Template::scripts().
struct CompleteInput {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    std::vector<JsonText> values;
};
struct CompleteNode {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    JsonText result;
    std::optional<std::vector<std::string>> outputs;
    std::int64_t duration_ms = 0;
    std::optional<JsonText> extras;
};
// Also the answer when the evaluation of the input failed.
struct FailNode {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    RunError error;
    std::int64_t duration_ms = 0;
    std::optional<JsonText> extras;
    // What the server asked for (Retry-After); the next attempt comes no sooner.
    std::optional<std::int64_t> retry_after_ms = {};
};
// Whatever is due happens.
struct FireTimers {};
// Ends a wait for a signal, or is kept for one that has not begun.
struct ResumeNode {
    NodeIndex node = 0;
    JsonText payload;
};
// A run started for `node` (and `item` of a map) has ended or could not be started.
struct CompleteChild {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;  // the node's, or the item's
    std::optional<std::uint32_t> item;
    ChildEnded end;
};
struct CancelRun {
    std::string reason;
};

using Command = std::variant<StartRun, CompleteInput, CompleteNode, FailNode, FireTimers,
                             ResumeNode, CompleteChild, CancelRun>;

}  // namespace swiftgrid::engine
