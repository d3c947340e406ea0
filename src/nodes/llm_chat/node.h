#pragma once

// What the node type `llm-chat` tells the world. It is known, but cannot run yet.

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::llm_chat {

model::NodeDescriptor make_descriptor();

}  // namespace swiftgrid::nodes::llm_chat
