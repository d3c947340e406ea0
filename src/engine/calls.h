#pragma once

// Runs that run other flows: what is decided when a call begins, and what is owed for it.

#include <vector>

#include "engine/command.h"
#include "engine/effect.h"
#include "engine/node_behaviour.h"
#include "engine/progress.h"

namespace swiftgrid::engine {

// Suspends the node on a run of another flow, or fails it (too deep, too many descendants).
void call_flow(Progress& progress, NodeIndex node, const CallFlow& call);

// Suspends the node on the runs of a list's items.
void fan_out(Progress& progress, NodeIndex node, const FanOut& fan_out);

// The item's run has ended.
void end_item(Progress& progress, std::uint32_t item, const CompleteChild& command);

// The fan-out took longer than it may.
void expire_fan_out(Progress& progress, NodeIndex node);

// What a node that waits on other runs owes: one start per run that has not ended.
std::vector<StartChildRun> owed_children(const RunState& run, NodeIndex node);

// The start of one item. Requires that the item is running.
StartChildRun owed_item(const RunState& run, NodeIndex node, std::uint32_t item);

// Stops the runs that the node waits on; those only owed in this turn are withdrawn.
void cancel_children(Progress& progress, NodeIndex node);

}  // namespace swiftgrid::engine
