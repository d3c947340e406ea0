#pragma once

// The row of workflow_runs is a projection of a run's state, written in the same transaction as the
// events it comes from.

#include "engine/run_state.h"
#include "model/plan.h"
#include "store/batch.h"

namespace swiftgrid::runtime {

store::RunRow run_row_of(const engine::RunState& run, const model::Plan& plan);

}  // namespace swiftgrid::runtime
