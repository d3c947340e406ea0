#include "app/echo_endpoint.h"

namespace swiftgrid::app {

void allow_echo_endpoint(const api::Server& server, net::HttpClient& client) {
    std::string address = server.address();
    // A server that listens everywhere is reached on loopback.
    if (address == "0.0.0.0") address = "127.0.0.1";
    if (address == "::") address = "::1";
    if (const auto parsed = net::parse_ip_address(address))
        client.allow({*parsed, server.port(), "/api/echo"});
}

}  // namespace swiftgrid::app
