#pragma once

// What a webhook wait decides: how long it waits for a call of its resume address, and what
// becomes of the call: `{ resumed: true, webhook_payload }`.

#include <memory>

#include "engine/node_behaviour.h"

namespace swiftgrid::nodes::webhook_wait {

std::unique_ptr<engine::NodeBehaviour> make_behaviour();

}  // namespace swiftgrid::nodes::webhook_wait
