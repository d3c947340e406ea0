#pragma once

// What the node type `sub-flow` tells the world.

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::sub_flow {

model::NodeDescriptor make_descriptor();

}  // namespace swiftgrid::nodes::sub_flow
