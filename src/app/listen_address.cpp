#include "app/listen_address.h"

#include <charconv>

namespace swiftgrid::app {

Result<ListenAddress> parse_listen_address(const std::string& text) {
    const auto refuse = [&] {
        return fail(ErrorCode::bad_request,
                    "--listen must be HOST:PORT such as 127.0.0.1:8080, found '" + text + "'");
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) return refuse();
    ListenAddress address;
    address.host = text.substr(0, colon);
    if (address.host.starts_with('[') && address.host.ends_with(']'))
        address.host = address.host.substr(1, address.host.size() - 2);
    unsigned port = 0;
    const char* end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error != std::errc() || last != end || port > 65535) return refuse();
    address.port = static_cast<std::uint16_t>(port);
    return address;
}

std::string url_host(const std::string& host) {
    if (host == "0.0.0.0") return "127.0.0.1";
    if (host == "::") return "[::1]";
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace swiftgrid::app
