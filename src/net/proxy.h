#pragma once

// Which proxy a request goes through: the rules of the environment variables HTTP_PROXY,
// HTTPS_PROXY and NO_PROXY, as most programs read them. Pure; used by net/http_client.

#include <string>

#include "base/result.h"
#include "net/url.h"

namespace swiftgrid::net {

struct ProxyRules {
    std::string http;      // proxy for http:// URLs, "" none: "http://user:password@proxy.lan:3128"
    std::string https;     // the same for https:// URLs
    std::string no_proxy;  // hosts that are reached directly: "example.com,10.0.0.0/8,host:8080,*"

    // The proxy for this URL; "" when the host is reached directly. This machine never needs one.
    std::string proxy_for(const Url& url) const;
};

// Whether both proxies can be used at all; the error names the variable and what it has to look
// like, and shows no password.
Result<void> check_proxies(const ProxyRules& rules);

}  // namespace swiftgrid::net
