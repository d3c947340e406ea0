#pragma once

// `tools/list`: the server's own tools first, then the workflows that are offered, by name.

#include "api/api_parts.h"
#include "api/mcp/answers.h"

namespace swiftgrid::api {

// Blocking. Who may start nothing is shown no workflows.
Response list_tools(const McpRequest& message, const control::Caller& caller, ApiParts& parts);

}  // namespace swiftgrid::api
