#pragma once

// The header Link (RFC 8288): <https://api.example.com/items?page=2>; rel="next"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_header.h"

namespace swiftgrid::nodes::http_request {

// Where the first link with this relation leads, perhaps relative; nothing when there is none.
std::optional<std::string> find_link(const std::vector<net::HttpHeader>& headers,
                                     std::string_view relation);

}  // namespace swiftgrid::nodes::http_request
