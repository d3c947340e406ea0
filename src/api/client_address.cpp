#include "api/client_address.h"

#include "net/ip_address.h"

namespace swiftgrid::api {

std::string client_address(const Request& request) {
    const auto peer = net::parse_ip_address(request.remote_address);
    if (!peer || !peer->unmapped().is_loopback()) return request.remote_address;
    std::string_view forwarded = request.header("X-Forwarded-For").value_or("");
    forwarded = forwarded.substr(forwarded.rfind(',') + 1);
    while (forwarded.starts_with(' ')) forwarded.remove_prefix(1);
    while (forwarded.ends_with(' ')) forwarded.remove_suffix(1);
    const auto client = net::parse_ip_address(forwarded);
    return client ? net::to_string(*client) : request.remote_address;
}

}  // namespace swiftgrid::api
