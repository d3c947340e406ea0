#pragma once

// Carries out what a node's behaviour decided, and what became of an attempt.

#include "engine/command.h"
#include "engine/progress.h"

namespace swiftgrid::engine {

constexpr std::uint32_t first_attempt = 1;

// NODE_STARTED, then what the behaviour says. Requires a scheduled node.
void start_attempt(Progress& progress, NodeIndex node, JsonText input);

// NODE_COMPLETED; the node's edges are decided.
void complete_attempt(Progress& progress, const CompleteNode& outcome);

// What the node's onError makes of the failure.
void fail_attempt(Progress& progress, FailNode failure);

}  // namespace swiftgrid::engine
