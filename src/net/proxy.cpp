#include "net/proxy.h"

#include <algorithm>

#include <fmt/format.h>

#include "net/http_header.h"
#include "net/ip_address.h"

namespace swiftgrid::net {

namespace {

constexpr std::string_view schemes[] = {"http", "https", "socks5h", "socks5", "socks4a", "socks4"};

bool is_this_machine(const std::string& host) {
    if (host == "localhost" || host.ends_with(".localhost")) return true;
    const auto address = parse_ip_address(host);
    return address && address->is_loopback();
}

// "example.com:8080" ends with a port; an IPv6 address and a block do not.
std::string_view without_port(std::string_view entry, std::string_view& port) {
    const auto colon = entry.rfind(':');
    if (colon == std::string_view::npos || entry.find(':') != colon) return entry;
    port = entry.substr(colon + 1);
    return entry.substr(0, colon);
}

bool names_host(std::string_view entry, const Url& url) {
    std::string_view port;
    const std::string_view host = without_port(entry, port);
    if (!port.empty() && port != std::to_string(url.port)) return false;
    if (const auto address = parse_ip_address(url.host)) {
        if (const auto block = parse_ip_block(host)) return block->contains(*address);
        const auto same = parse_ip_address(host);
        return same && same->unmapped() == address->unmapped();
    }
    std::string domain = lower_case(host);
    domain.erase(0, domain.find_first_not_of('.'));
    if (domain.ends_with('.')) domain.pop_back();
    if (domain.empty()) return false;
    return url.host == domain || url.host.ends_with("." + domain);
}

Result<void> check_proxy(std::string_view variable, std::string_view proxy) {
    if (proxy.empty()) return {};
    const auto end = proxy.find("://");
    const std::string scheme =
        end == std::string_view::npos ? "http" : lower_case(proxy.substr(0, end));
    const bool is_known = std::ranges::find(schemes, scheme) != std::end(schemes);
    // curl's parser knows only its own protocols; the rest of the URL is alike for all of them.
    const std::string rest(end == std::string_view::npos ? proxy : proxy.substr(end + 3));
    if (is_known && parse_url("http://" + rest)) return {};
    return fail(ErrorCode::bad_request,
                fmt::format("the environment variable {} does not name a proxy; expected an "
                            "address such as http://proxy.example.com:3128 (also https, socks5, "
                            "socks5h)",
                            variable));
}

}  // namespace

std::string ProxyRules::proxy_for(const Url& url) const {
    const std::string& proxy = url.scheme == "https" ? https : http;
    if (proxy.empty() || is_this_machine(url.host)) return "";
    std::string_view rest = no_proxy;
    while (!rest.empty()) {
        const auto end = std::min(rest.find_first_of(", \t"), rest.size());
        const std::string_view entry = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (entry == "*" || (!entry.empty() && names_host(entry, url))) return "";
    }
    return proxy;
}

Result<void> check_proxies(const ProxyRules& rules) {
    if (auto http = check_proxy("HTTP_PROXY", rules.http); !http) return http;
    return check_proxy("HTTPS_PROXY", rules.https);
}

}  // namespace swiftgrid::net
