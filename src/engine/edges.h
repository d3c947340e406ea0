#pragma once

// When an edge is live or dead, and when a node may start (engine.md section 3, branches and
// joins).

#include "engine/run_state.h"
#include "model/plan.h"

namespace swiftgrid::engine {

enum class EdgeState : std::uint8_t { undecided, live, dead };
EdgeState edge_state(const RunState& run, const model::PlanEdge& edge);

enum class Readiness : std::uint8_t { wait, enter, skip };
// Requires a node with incoming edges.
Readiness readiness(const RunState& run, const model::Plan& plan, NodeIndex node);

// Executed, and none of its outgoing edges is live: its result belongs to the run's output.
bool is_executed_leaf(const RunState& run, const model::Plan& plan, NodeIndex node);

}  // namespace swiftgrid::engine
