#pragma once

// The turn in progress, as every decision needs it: what is being written, the plan, and the nodes
// whose end has not been followed up yet. Private to the engine.

#include <vector>

#include "engine/environment.h"
#include "engine/node_behaviour.h"
#include "engine/turn.h"
#include "model/plan.h"

namespace swiftgrid::engine {

struct Progress {
    Turn& turn;
    const model::Plan& plan;
    const NodeBehaviours& behaviours;
    const Environment& environment;
    // Nodes that ended in this turn and whose outgoing edges are not looked at yet, oldest first.
    // A list instead of recursion: a graph is up to 2,000 nodes deep.
    std::vector<NodeIndex> decided;

    const RunState& run() const { return turn.run(); }
    const NodeState& state(NodeIndex node) const { return turn.run().nodes[node]; }
    const model::PlanNode& node(NodeIndex node) const { return plan.nodes[node]; }
};

}  // namespace swiftgrid::engine
