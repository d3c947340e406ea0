#pragma once

// What a sub-flow decides: which flow it calls, and what the end of that run means for the caller:
// `{ output, child_run_id, child_status }`, or an error.

#include <memory>

#include "engine/node_behaviour.h"

namespace swiftgrid::nodes::sub_flow {

std::unique_ptr<engine::NodeBehaviour> make_behaviour();

}  // namespace swiftgrid::nodes::sub_flow
