#pragma once

// What a delay decides: how long it sleeps, or until when. Its result says how long that was meant
// to be: `{ delayed_ms }`.

#include <memory>

#include "engine/node_behaviour.h"

namespace swiftgrid::nodes::delay {

std::unique_ptr<engine::NodeBehaviour> make_behaviour();

}  // namespace swiftgrid::nodes::delay
