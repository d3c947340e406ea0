#pragma once

// Parts of a request as nodes give them: JSON as a query and as headers. Pure.

#include <optional>

#include "base/json.h"
#include "engine/run_error.h"
#include "net/http_client.h"

namespace swiftgrid::nodes {

// Adds to what the URL has. Fails with the code invalid_query.
std::optional<engine::RunError> add_query(const json::value& given, net::HttpRequest& request);

// Fails with the code invalid_header.
std::optional<engine::RunError> add_headers(const json::value& given, net::HttpRequest& request);

}  // namespace swiftgrid::nodes
