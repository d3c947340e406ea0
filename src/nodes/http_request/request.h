#pragma once

// The resolved input of an http-request node as the request that goes out. Pure.

#include <expected>

#include "engine/run_error.h"
#include "net/http_client.h"
#include "nodes/perform.h"

namespace swiftgrid::nodes::http_request {

// Fails with the code invalid_header or invalid_url and a message for the user.
std::expected<net::HttpRequest, engine::RunError> build_request(const PerformRequest& request);

}  // namespace swiftgrid::nodes::http_request
