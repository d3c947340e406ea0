#pragma once

// What the node type `sub-flow` tells the world. It is known, but cannot run yet.

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::sub_flow {

model::NodeDescriptor make_descriptor();

}  // namespace swiftgrid::nodes::sub_flow
