#pragma once

// What the node type `code-execution` tells the world. What it decides is in behaviour.h and
// perform.h.

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::code_execution {

model::NodeDescriptor make_descriptor();

}  // namespace swiftgrid::nodes::code_execution
