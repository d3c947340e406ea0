#pragma once

// What a new run takes over from an old one: the ends of nodes that shall not be carried out again.
// Nodes of another version of the graph are the same when their ids are.

#include <map>
#include <string>

#include "base/json.h"
#include "control/answer.h"
#include "control/run_starter.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace swiftgrid::control {

struct OldRun {
    const engine::RunState& state;
    const model::Plan& plan;
};

// Replay from a node: it and what comes after it run anew, everything else is kept as it ended;
// what has no end worth keeping is skipped. `conflict` while something that leads to it is open.
Answer<KeptNodes> keep_before(const OldRun& old, const model::Plan& plan,
                              const std::string& from_node);

// Fork: everything that has completed, or whose failure was absorbed, is kept; the nodes with an
// edit complete with that result. Which of the others are skipped follows from their edges.
using Edits = std::map<std::string, JsonText>;  // results by node id
Answer<KeptNodes> keep_with_edits(const OldRun& old, const model::Plan& plan, const Edits& edits);

}  // namespace swiftgrid::control
