#pragma once

// What a map decides: for how many items which flow runs, and how the settled items become its
// result: `{ results, summary }`.

#include <memory>

#include "engine/node_behaviour.h"

namespace swiftgrid::nodes::map {

std::unique_ptr<engine::NodeBehaviour> make_behaviour();

}  // namespace swiftgrid::nodes::map
