#pragma once

// "127.0.0.1:8080", "[::1]:8080", "localhost:0".

#include <cstdint>
#include <string>

#include "base/result.h"

namespace swiftgrid::app {

struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;
};

Result<ListenAddress> parse_listen_address(const std::string& text);

// For URLs: an IPv6 address in brackets, "any" addresses as one that can be opened from here.
std::string url_host(const std::string& host);

}  // namespace swiftgrid::app
