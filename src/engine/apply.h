#pragma once

// The only code that changes a RunState. Total: it cannot fail, has no effects and no clock; the
// same function runs live, in recovery and in time travel.

#include "engine/run_state.h"

namespace swiftgrid::engine {

// Requires event.sequence == run.last_sequence + 1.
void apply(RunState& run, const Event& event);

}  // namespace swiftgrid::engine
