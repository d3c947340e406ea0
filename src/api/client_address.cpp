#include "api/client_address.h"

#include "net/http_header.h"
#include "net/ip_address.h"

namespace swiftgrid::api {

std::string client_address(const Request& request) {
    const auto peer = net::parse_ip_address(request.remote_address);
    if (!peer || !peer->unmapped().is_loopback()) return request.remote_address;
    // Several headers are one list, and the proxy's own entry is its last.
    std::string_view forwarded;
    for (const Header& header : request.headers) {
        if (net::lower_case(header.name) == "x-forwarded-for") forwarded = header.value;
    }
    forwarded = net::trimmed(forwarded.substr(forwarded.rfind(',') + 1));
    const auto client = net::parse_ip_address(forwarded);
    return client ? net::to_string(*client) : request.remote_address;
}

}  // namespace swiftgrid::api
