#include "net/proxy.h"

#include <gtest/gtest.h>

namespace swiftgrid::net {
namespace {

std::string proxy_of(const ProxyRules& rules, std::string_view url) {
    const auto parsed = parse_url(url);
    EXPECT_TRUE(parsed) << url;
    return parsed ? rules.proxy_for(*parsed) : "";
}

TEST(ProxyRules, ChooseByScheme) {
    const ProxyRules rules{.http = "http://a:1", .https = "http://b:2", .no_proxy = ""};
    EXPECT_EQ(proxy_of(rules, "http://example.com/"), "http://a:1");
    EXPECT_EQ(proxy_of(rules, "https://example.com/"), "http://b:2");
    EXPECT_EQ(proxy_of({}, "https://example.com/"), "");
    EXPECT_EQ(proxy_of({.http = "http://a:1", .https = "", .no_proxy = ""}, "https://x.example/"),
              "");
}

TEST(ProxyRules, NeverSendThisMachineThroughAProxy) {
    const ProxyRules rules{.http = "http://a:1", .https = "http://b:2", .no_proxy = ""};
    for (const char* url : {"http://localhost:11434/v1", "http://127.0.0.1/", "http://127.9.9.9/",
                            "https://[::1]:8443/", "http://api.localhost/", "http://LOCALHOST./"})
        EXPECT_EQ(proxy_of(rules, url), "") << url;
}

TEST(ProxyRules, LeaveOutWhatNoProxyNames) {
    struct Case {
        const char* no_proxy;
        const char* url;
        bool is_direct;
    };
    const Case cases[] = {
        {"*", "http://example.com/", true},
        {"example.com", "http://example.com/", true},
        {"example.com", "http://EXAMPLE.com./", true},
        {"example.com", "http://api.example.com/", true},
        {".example.com", "http://api.example.com/", true},
        {".example.com", "http://example.com/", true},
        {"example.com", "http://badexample.com/", false},
        {"example.com", "http://example.com.evil.example/", false},
        {"other.example, example.com", "http://example.com/", true},
        {"other.example example.com", "http://example.com/", true},
        {"example.com:8080", "http://example.com:8080/", true},
        {"example.com:8080", "http://example.com/", false},
        {"10.0.0.0/8", "http://10.1.2.3/", true},
        {"10.0.0.0/8", "http://11.1.2.3/", false},
        {"10.0.0.0/8", "http://167838211/", true},
        {"10.1.2.3", "http://10.1.2.3/", true},
        {"10.1.2.3:80", "http://10.1.2.3:81/", false},
        {"2001:db8::/32", "http://[2001:db8::7]/", true},
        {"2001:db8::7", "http://[2001:db8::7]/", true},
        {"", "http://example.com/", false},
        {", ,", "http://example.com/", false},
        {".", "http://example.com/", false},
    };
    for (const Case& each : cases) {
        const ProxyRules rules{"http://a:1", "http://a:1", each.no_proxy};
        EXPECT_EQ(proxy_of(rules, each.url).empty(), each.is_direct)
            << each.no_proxy << " for " << each.url;
    }
}

TEST(ProxyRules, AreCheckedWithoutShowingAPassword) {
    for (const char* proxy : {"http://p:1", "p.example:3128", "https://u:pw@p", "socks5h://p:1080",
                              "SOCKS5://[::1]:1080", ""})
        EXPECT_TRUE(check_proxies({.http = proxy, .https = proxy, .no_proxy = ""})) << proxy;
    for (const char* proxy : {"ftp://u:secret@p", "http://u:secret@", "http://u:secret@p:99999"}) {
        const auto checked = check_proxies({.http = "", .https = proxy, .no_proxy = ""});
        ASSERT_FALSE(checked) << proxy;
        EXPECT_NE(checked.error().message.find("HTTPS_PROXY"), std::string::npos);
        EXPECT_EQ(checked.error().message.find("secret"), std::string::npos);
    }
}

}  // namespace
}  // namespace swiftgrid::net
