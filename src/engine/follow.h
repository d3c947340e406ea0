#pragma once

// Carries out what a node's behaviour decided, and what became of an attempt.

#include "engine/command.h"
#include "engine/progress.h"

namespace swiftgrid::engine {

constexpr std::uint32_t first_attempt = 1;

// NODE_STARTED, then what the behaviour says. Requires a scheduled or retrying node.
struct AttemptInput {
    JsonText value;
    std::vector<JsonText> script_values;  // kept when the input is evaluated again
};
void start_attempt(Progress& progress, NodeIndex node, std::uint32_t attempt, AttemptInput input);

// The node goes on after it waited.
void resume_attempt(Progress& progress, NodeIndex node, const WakeReason& reason);

// NODE_COMPLETED; the node's edges are decided.
void complete_attempt(Progress& progress, const CompleteNode& outcome);

// Another attempt, or what the node's onError makes of the failure. `result` is the node's result
// when onError is `continue`; none: `{ error }`.
void fail_attempt(Progress& progress, FailNode failure,
                  const std::optional<JsonText>& result = std::nullopt);

}  // namespace swiftgrid::engine
