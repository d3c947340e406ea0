#pragma once

// Has a code node's text run in the sandbox.

#include <memory>

#include "nodes/perform.h"

namespace swiftgrid::nodes::code_execution {

std::unique_ptr<ScriptPerformer> make_performer();

}  // namespace swiftgrid::nodes::code_execution
