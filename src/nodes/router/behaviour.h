#pragma once

// What a router decides before any script runs: without conditions it takes its default output at
// once, otherwise the sandbox is asked.

#include <memory>

#include "engine/node_behaviour.h"

namespace swiftgrid::nodes::router {

std::unique_ptr<engine::NodeBehaviour> make_behaviour();

}  // namespace swiftgrid::nodes::router
