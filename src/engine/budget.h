#pragma once

// What a run may spend on language models: what its graph says, and of that what its caller had
// left. A run is charged with what the runs it called have spent, when they end.

#include <optional>

#include "engine/progress.h"

namespace swiftgrid::engine {

// What runs that are called now may spend.
model::Budget left_to_spend(const RunState& run, const model::Plan& plan);

// Why the run has to stop; nothing while it keeps within its budget.
std::optional<RunError> overspending(const RunState& run, const model::Plan& plan);

}  // namespace swiftgrid::engine
