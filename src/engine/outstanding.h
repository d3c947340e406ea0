#pragma once

// What a replayed run still owes the world. Recovery is replay plus this: a node that was scheduled
// or started and whose outcome is not on disk is evaluated or performed again, with the same
// attempt number; a child that is waited for is started again, which tells its end if it has one.

#include <vector>

#include "engine/effect.h"
#include "engine/node_behaviour.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace swiftgrid::engine {

std::vector<Effect> outstanding(const RunState& run, const model::Plan& plan,
                                const NodeBehaviours& behaviours);

}  // namespace swiftgrid::engine
