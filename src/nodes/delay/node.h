#pragma once

// What the node type `delay` tells the world.

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::delay {

model::NodeDescriptor make_descriptor();

}  // namespace swiftgrid::nodes::delay
