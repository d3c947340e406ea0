#pragma once

// Carries out http-request nodes with the server's HTTP client.

#include <memory>

#include "nodes/perform.h"

namespace swiftgrid::net {
class HttpClient;
}

namespace swiftgrid::nodes::http_request {

// Requires that `client` outlives the performer.
std::unique_ptr<OutsidePerformer> make_performer(net::HttpClient& client);

}  // namespace swiftgrid::nodes::http_request
