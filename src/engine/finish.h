#pragma once

// The end of a run. Whatever the reason, every node is in exactly one final state afterwards.

#include "engine/progress.h"

namespace swiftgrid::engine {

// Requires that nothing is open.
void complete_run(Progress& progress);

// Cancels what is open and skips what was never scheduled first.
void fail_run(Progress& progress, RunError error);
void cancel_run(Progress& progress, std::string reason);

}  // namespace swiftgrid::engine
