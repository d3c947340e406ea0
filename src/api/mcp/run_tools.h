#pragma once

// The tools that the server offers beside the workflows: for who may read, whatever else they may.
// Blocking.

#include <string>
#include <string_view>

#include "api/api_parts.h"
#include "api/mcp/tool_result.h"

namespace swiftgrid::api {

// Their entries of `tools/list`, separated by commas.
std::string run_tool_entries();

// Requires the name of one of them.
ToolResult call_run_tool(std::string_view name, const json::object& arguments, ApiParts& parts);

}  // namespace swiftgrid::api
