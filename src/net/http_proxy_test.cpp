// Requests through a proxy: what it is sent, and what the guard still refuses.

#include <gtest/gtest.h>

#include "net/testing/http_client_fixture.h"

namespace swiftgrid::net {
namespace {

using testing::answer_ok;
using testing::LoopbackConnection;
using testing::LoopbackServer;
using testing::SeenRequest;

// The proxy is on loopback, which no flow may reach: only the operator's word opens it.
class HttpProxy : public testing::HttpClientTest {
protected:
    HttpProxy() { options_.proxies.http = options_.proxies.https = proxy_.url(""); }

    std::mutex mutex_;
    SeenRequest seen_;
    LoopbackServer proxy_{[this](const SeenRequest& request, LoopbackConnection& connection) {
        {
            const std::lock_guard lock(mutex_);
            seen_ = request;
        }
        if (request.method == "CONNECT")
            connection.answer("403 Forbidden", "", "");
        else
            connection.answer("200 OK", "Content-Type: text/plain\r\n", "by proxy");
    }};
};

TEST_F(HttpProxy, IsSentTheWholeUrlAndNoCredentialsOfItsOwn) {
    HttpRequest request{.url = "http://93.184.216.34/path?q=1"};
    request.headers = {{"Proxy-Authorization", "Basic Y2hlYXRlcg=="}, {"X-A", "1"}};
    const HttpResult result = fetch(request);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "by proxy");
    EXPECT_EQ(seen_.target, "http://93.184.216.34/path?q=1");
    EXPECT_EQ(seen_.header("x-a"), "1");
    EXPECT_EQ(seen_.header("proxy-authorization"), "");
}

TEST_F(HttpProxy, IsAskedToConnectForHttpsAndSeesNoHeaders) {
    HttpRequest request{.url = "https://93.184.216.34/"};
    request.headers = {{"Authorization", "Bearer secret"}};
    const HttpResult result = fetch(request);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, HttpErrorKind::connect) << result.error().message;
    EXPECT_EQ(seen_.method, "CONNECT");
    EXPECT_EQ(seen_.target, "93.184.216.34:443");
    EXPECT_EQ(seen_.head.find("secret"), std::string::npos);
}

TEST_F(HttpProxy, DoesNotOpenPrivateAddresses) {
    for (const char* host : {"10.0.0.1", "0x0a000001", "169.254.169.254", "[fd00:ec2::254]",
                             "[64:ff9b::10.0.0.1]", "192.168.1.1.", "10.1."}) {
        const HttpResult result = fetch({.url = std::string("http://") + host + "/"});
        ASSERT_FALSE(result) << host;
        EXPECT_EQ(result.error().kind, HttpErrorKind::egress_refused) << result.error().message;
    }
    EXPECT_EQ(proxy_.connection_count(), 0);
}

// Nor may a flow talk to the proxy itself.
TEST_F(HttpProxy, CannotBeRequestedItself) {
    EXPECT_EQ(error_of({.url = proxy_.url("/admin")}), HttpErrorKind::egress_refused);
    EXPECT_EQ(proxy_.connection_count(), 0);
}

TEST_F(HttpProxy, IsNotUsedForThisMachineNorForWhatNoProxyNames) {
    LoopbackServer& server = serve(answer_ok);
    const std::string port = std::to_string(server.port());
    allowed_.push_back("direct.example:" + port);
    options_.proxies.no_proxy = "direct.example";
    options_.pinned_names = [&] {
        return std::vector<std::string>{"direct.example:" + port + ":127.0.0.1"};
    };
    EXPECT_TRUE(fetch({.url = server.url("/")}));
    EXPECT_TRUE(fetch({.url = "http://direct.example:" + port + "/"}));
    EXPECT_EQ(proxy_.connection_count(), 0);
}

TEST_F(HttpProxy, ChecksARedirectBehindTheProxyToo) {
    LoopbackServer redirecting([](const SeenRequest&, LoopbackConnection& connection) {
        connection.answer("302 Found", "Location: http://10.0.0.1/\r\n", "");
    });
    options_.proxies.http = redirecting.url("");
    EXPECT_EQ(error_of({.url = "http://93.184.216.34/"}), HttpErrorKind::egress_refused);
    EXPECT_EQ(redirecting.connection_count(), 1);
}

TEST_F(HttpProxy, ThatIsDownIsNamedInTheError) {
    options_.proxies.http = "http://127.0.0.1:1";
    const HttpResult result = fetch({.url = "http://93.184.216.34/"});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, HttpErrorKind::connect);
    EXPECT_NE(result.error().message.find("through the proxy"), std::string::npos)
        << result.error().message;
}

}  // namespace
}  // namespace swiftgrid::net
