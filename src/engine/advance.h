#pragma once

// Moves a run on: enters every node whose incoming edges are decided, skips those that nothing can
// reach any more, and ends the run when nothing is open. Only the successors of what has just been
// decided are looked at, so that a long chain costs the same per node as a short one.

#include "engine/progress.h"

namespace swiftgrid::engine {

// Requires a pending node.
void enter(Progress& progress, NodeIndex node);

// Works progress.decided off.
void advance(Progress& progress);

}  // namespace swiftgrid::engine
