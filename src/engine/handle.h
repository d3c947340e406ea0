#pragma once

// The engine's only door for change. Pure: the same arguments give the same Turn, byte for byte.

#include "engine/command.h"
#include "engine/environment.h"
#include "engine/node_behaviour.h"
#include "engine/turn.h"
#include "model/plan.h"

namespace swiftgrid::engine {

// Requires that `plan` is the plan of the run's graph and run.nodes has as many entries.
Turn handle(RunState& run, const model::Plan& plan, const NodeBehaviours& behaviours,
            const Command& command, Instant now, const Environment& environment);

}  // namespace swiftgrid::engine
