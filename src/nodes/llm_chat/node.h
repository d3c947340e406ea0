#pragma once

// What the node type `llm-chat` tells the world, and what it decides: to ask the model.

#include <memory>

#include "engine/node_behaviour.h"
#include "model/node_descriptor.h"

namespace swiftgrid::nodes::llm_chat {

model::NodeDescriptor make_descriptor();
std::unique_ptr<engine::NodeBehaviour> make_behaviour();

}  // namespace swiftgrid::nodes::llm_chat
