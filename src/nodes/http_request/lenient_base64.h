#pragma once

// Base64 as people and services write it, in bodies that are sent.

#include <optional>
#include <string>
#include <string_view>

namespace swiftgrid::nodes::http_request {

// In either alphabet, with or without padding, also in lines. Nothing: it is no base64.
std::optional<std::string> bytes_of_base64(std::string_view text);

}  // namespace swiftgrid::nodes::http_request
