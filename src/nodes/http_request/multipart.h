#pragma once

// The body of multipart/form-data (RFC 7578), from an object of names and parts.

#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "engine/run_error.h"

namespace swiftgrid::nodes::http_request {

// A part is text, a number or a truth value; a list for several of the name; null for none; a file
// as { base64 | text, filename?, contentType? }, such as the body of an answer; any other object is
// sent as JSON.
std::variant<std::string, engine::RunError> encode_multipart(const json::object& parts,
                                                             std::string_view boundary);

}  // namespace swiftgrid::nodes::http_request
