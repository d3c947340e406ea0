#pragma once

// From where a request comes, for people to read and for limits on guessing.

#include <string>

#include "api/request.h"

namespace swiftgrid::api {

// The peer; when that is a proxy on this machine, what the proxy says (the last X-Forwarded-For).
// Others may claim what they like there.
std::string client_address(const Request& request);

}  // namespace swiftgrid::api
