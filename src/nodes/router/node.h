#pragma once

// What the node type `router` tells the world. What it decides is in behaviour.h and perform.h.

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::router {

model::NodeDescriptor make_descriptor();

}  // namespace swiftgrid::nodes::router
