#pragma once

// Dates in HTTP header fields (RFC 9110 section 5.6.7), the two obsolete forms included.

#include <optional>
#include <string_view>

#include "base/instant.h"

namespace swiftgrid::net {

// "Sun, 06 Nov 1994 08:49:37 GMT"; nothing for what is no such date.
std::optional<Instant> parse_http_date(std::string_view text);

}  // namespace swiftgrid::net
