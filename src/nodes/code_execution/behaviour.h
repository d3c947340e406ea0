#pragma once

// A code node always runs in the sandbox; what is decided here is which results it gets to see.

#include <memory>

#include "engine/node_behaviour.h"

namespace swiftgrid::nodes::code_execution {

std::unique_ptr<engine::NodeBehaviour> make_behaviour();

}  // namespace swiftgrid::nodes::code_execution
