#pragma once

// An absolute http or https URL, taken apart by the same parser that later connects, so that the
// guard and the socket cannot disagree about the host. Spellings of an address (0x7f.1, 2130706433)
// arrive here in their canonical form, dot segments are resolved, blanks are encoded.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace swiftgrid::net {

struct Url {
    std::string text;    // complete, as it is requested
    std::string shown;   // without user and password: for people and logs
    std::string scheme;  // "http", "https"
    std::string host;    // lower case, no brackets
    std::uint16_t port = 0;
    std::string path;  // without query

    // "example.com:443", "[::1]:80"
    std::string host_and_port() const;

    bool same_origin(const Url& other) const {
        return scheme == other.scheme && host == other.host && port == other.port;
    }
};

Result<Url> parse_url(std::string_view text);

// The absolute URL that a reference found at `base` means: "?page=2", "/items", "https://…".
Result<std::string> resolve_url(const std::string& base, const std::string& reference);

}  // namespace swiftgrid::net
