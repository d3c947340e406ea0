#pragma once

// The fields `body` and `bodyType`: the bytes that are sent, and what they are called. Pure.

#include <optional>
#include <string_view>

#include "engine/run_error.h"
#include "net/http_client.h"

namespace swiftgrid::nodes::http_request {

// Adds a resolved body, and its Content-Type unless the headers have one. Gives what is wrong with
// it. `boundary` separates the parts of a multipart body and must not occur in them.
std::optional<engine::RunError> add_body(const JsonText& body, std::string_view type,
                                         std::string_view boundary, net::HttpRequest& request);

}  // namespace swiftgrid::nodes::http_request
