#pragma once

// One message of the Model Context Protocol as it arrives: JSON-RPC 2.0 in the body of a POST, in
// both generations of the protocol. The modern one (2026-07-28) says in every request who speaks
// which version, and repeats parts of the body in headers, which must agree; the older ones began
// with `initialize`. Pure.

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/request.h"
#include "base/json.h"

namespace swiftgrid::api {

// The newest first. The second list is what `initialize` may ask for.
constexpr std::array<std::string_view, 1> mcp_modern_versions{"2026-07-28"};
constexpr std::array<std::string_view, 3> mcp_legacy_versions{"2025-11-25", "2025-06-18",
                                                              "2025-03-26"};

// Codes of JSON-RPC and of the protocol.
namespace mcp_code {
constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;
constexpr int internal_error = -32603;
constexpr int header_mismatch = -32020;
constexpr int unsupported_version = -32022;
// Ours, outside of what JSON-RPC reserves: the caller's role does not allow it.
constexpr int forbidden = 403;
}  // namespace mcp_code

enum class McpEra : std::uint8_t { legacy, modern };

struct McpRequest {
    McpEra era = McpEra::legacy;
    json::value id;  // a string or a number
    std::string method;
    json::object params;
    std::optional<json::value> progress_token;  // likewise
};

// Expects no answer.
struct McpNotification {
    std::string method;
    json::object params;
};

struct McpFailure {
    int status = 400;  // of HTTP
    json::value id;    // null when it could not be read
    int code = 0;
    std::string message;
    json::object data;  // empty: none
};

using McpMessage = std::variant<McpRequest, McpNotification>;
std::expected<McpMessage, McpFailure> read_mcp(const Request& request);

// Every version there is, for those who ask for another.
json::array mcp_versions();

}  // namespace swiftgrid::api
