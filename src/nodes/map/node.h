#pragma once

// What the node type `map` tells the world.

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::map {

model::NodeDescriptor make_descriptor();

}  // namespace swiftgrid::nodes::map
