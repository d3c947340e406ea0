#pragma once

// What the node type `webhook-wait` tells the world.

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::webhook_wait {

model::NodeDescriptor make_descriptor();

}  // namespace swiftgrid::nodes::webhook_wait
