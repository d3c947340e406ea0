#pragma once

// The resolved input of an http-request node as the request that goes out. Pure.

#include <expected>

#include "engine/run_error.h"
#include "net/http_client.h"
#include "nodes/perform.h"

namespace swiftgrid::nodes::http_request {

// Fails with a code such as invalid_header and a message for the user. `boundary` separates the
// parts of a multipart body.
std::expected<net::HttpRequest, engine::RunError> build_request(const PerformRequest& perform,
                                                                std::string_view boundary);

// The request for a further page, from 2 on: the first one at another URL.
std::expected<net::HttpRequest, engine::RunError> next_request(const PerformRequest& perform,
                                                               const net::HttpRequest& first,
                                                               std::string url, std::size_t page);

// Adds what the field `auth` says. Gives what is wrong with it.
std::optional<engine::RunError> authenticate(const JsonText& input, net::HttpRequest& request);

// engine.md section 3: the same for an attempt that is carried out again. Each page has its own.
std::string idempotency_key(const PerformRequest& perform, std::size_t page);

}  // namespace swiftgrid::nodes::http_request
