#pragma once

// Has a router's conditions evaluated: all of them travel to the sandbox in one message.

#include <memory>

#include "nodes/perform.h"

namespace swiftgrid::nodes::router {

std::unique_ptr<ScriptPerformer> make_performer();

}  // namespace swiftgrid::nodes::router
