#pragma once

// The node type `http-request`: what it tells the world and what it decides. The I/O is in
// perform.h.

#include <memory>

#include "engine/node_behaviour.h"
#include "model/node_descriptor.h"

namespace swiftgrid::nodes::http_request {

model::NodeDescriptor make_descriptor();
std::unique_ptr<engine::NodeBehaviour> make_behaviour();

// Does an entry of `acceptStatus` (404, "5xx", "200-299") name this status? Null: the entry cannot
// be read.
std::optional<bool> matches_status(const json::value& entry, int status);

}  // namespace swiftgrid::nodes::http_request
