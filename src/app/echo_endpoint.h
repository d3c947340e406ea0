#pragma once

// The echo endpoint of this process, made known to the HTTP client: the only place of our own that
// flows may call. A URL that begins with `/` means it.

#include "api/server.h"
#include "net/http_client.h"

namespace swiftgrid::app {

void allow_echo_endpoint(const api::Server& server, net::HttpClient& client);

}  // namespace swiftgrid::app
