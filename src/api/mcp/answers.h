#pragma once

// What is answered to a message of the Model Context Protocol, in the words of its generation.

#include <string>
#include <string_view>

#include "api/mcp/message.h"
#include "api/response.h"

namespace swiftgrid::api {

// Members of JSON objects as text, separated by commas; either may be empty.
struct McpResult {
    std::string members;
    std::string meta;  // of `_meta`
};

// `version` is the server's own.
Response mcp_result(const McpRequest& request, const McpResult& result, std::string_view version);

Response mcp_failure(const McpFailure& failure);

// An error in the answer to a request that was understood: 200 in JSON-RPC's way.
Response mcp_error(const McpRequest& request, int code, std::string message);

// { "name": "swiftgrid", … }
std::string mcp_server_info(std::string_view version);

}  // namespace swiftgrid::api
