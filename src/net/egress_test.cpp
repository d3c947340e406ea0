// The guard as flows meet it: through the client, with real sockets.

#include <chrono>
#include <future>

#include <gtest/gtest.h>

#include "net/testing/http_client_fixture.h"

namespace swiftgrid::net {
namespace {

using testing::answer_ok;
using testing::LoopbackConnection;
using testing::LoopbackServer;
using testing::SeenRequest;
using namespace std::chrono_literals;

class Egress : public testing::HttpClientTest {};

TEST_F(Egress, ChecksEveryRedirectAgain) {
    LoopbackServer hidden(answer_ok);
    std::string location;
    LoopbackServer& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.answer("302 Found", "Location: " + location + "\r\n", "");
    });
    location = hidden.url("/");
    EXPECT_EQ(error_of({.url = server.url("/")}), HttpErrorKind::egress_refused);
    location = "http://169.254.169.254/latest/meta-data";
    EXPECT_EQ(error_of({.url = server.url("/")}), HttpErrorKind::egress_refused);
    location = "file:///etc/passwd";
    EXPECT_EQ(error_of({.url = server.url("/")}), HttpErrorKind::bad_url);
    EXPECT_EQ(hidden.connection_count(), 0);
}

TEST_F(Egress, RefusesEverySpellingOfAPrivateAddress) {
    LoopbackServer hidden(answer_ok);
    const std::string port = ":" + std::to_string(hidden.port());
    options_.pinned_names = [] {
        return std::vector<std::string>{"rebound.example:80:127.0.0.1",
                                        "many.example:80:10.0.0.1,192.168.0.1,127.0.0.1"};
    };
    for (const std::string& host :
         {std::string("127.0.0.1"), std::string("localhost"), std::string("2130706433"),
          std::string("0177.0.0.1"), std::string("0x7f.1"), std::string("127.1"),
          std::string("[::1]"), std::string("[::ffff:127.0.0.1]"), std::string("[64:ff9b::7f00:1]"),
          std::string("0.0.0.0"), std::string("169.254.169.254"), std::string("127.0.0.1."),
          std::string("user:password@127.0.0.1"), std::string("1.2.3.4\\@127.0.0.1"),
          // short and mixed spellings
          std::string("0"), std::string("127.0.1"), std::string("0x7f000001"),
          std::string("017700000001"), std::string("0x7f.0.0.0x1"),
          std::string("127.0.0.1.nip.invalid@127.1"), std::string("10.1"),
          std::string("0xa9fea9fe"), std::string("2852039166"), std::string("0251.0376.0251.0376"),
          // the same address in IPv6
          std::string("[::]"), std::string("[::127.0.0.1]"), std::string("[::ffff:7f00:1]"),
          std::string("[0:0:0:0:0:ffff:127.0.0.1]"), std::string("[::ffff:0:127.0.0.1]"),
          std::string("[2002:7f00:1::]"), std::string("[2002:a9fe:a9fe::1]"),
          std::string("[64:ff9b::169.254.169.254]"), std::string("[64:ff9b:1::7f00:1]"),
          std::string("[fe80::1%25lo]"), std::string("[fe80::1%lo]"),
          std::string("[fd00:ec2::254]"),
          // names of this machine
          std::string("LOCALHOST"), std::string("localhost."), std::string("api.localhost"),
          // other letters, digits and dots that mean the same
          std::string("\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1"),
          std::string("127\xe3\x80\x82"
                      "0\xe3\x80\x82"
                      "0\xe3\x80\x82"
                      "1"),
          std::string("\xe2\x93\x9b"
                      "ocalhost"),
          std::string("%6c%6f%63alhost"), std::string("127.0.0.%31"),
          // metadata services
          std::string("168.63.129.16"), std::string("100.100.100.200"),
          std::string("192.0.0.192")}) {
        const HttpResult result = fetch({.url = "http://" + host + port + "/"});
        ASSERT_FALSE(result) << host;
        // Some are no URL, and not every resolver knows every name of this machine.
        EXPECT_TRUE(result.error().kind == HttpErrorKind::egress_refused ||
                    result.error().kind == HttpErrorKind::bad_url ||
                    result.error().kind == HttpErrorKind::dns)
            << host << ": " << result.error().message;
    }
    EXPECT_EQ(error_of({.url = "http://rebound.example/"}), HttpErrorKind::egress_refused);
    const auto asked_at = std::chrono::steady_clock::now();
    EXPECT_EQ(error_of({.url = "http://many.example/"}), HttpErrorKind::egress_refused);
    EXPECT_LT(std::chrono::steady_clock::now() - asked_at, 3s) << "went on to the next address";
    const HttpResult v6 = fetch({.url = "http://[::1]:9/"});
    ASSERT_FALSE(v6);
    EXPECT_NE(v6.error().message.find("--allow-egress [::1]:9"), std::string::npos)
        << v6.error().message;
    EXPECT_EQ(hidden.connection_count(), 0);
}

TEST_F(Egress, SharesNoConnectionOfAnInternalEndpointWithOtherPaths) {
    LoopbackServer own(answer_ok);
    client().allow(
        {*parse_ip_address("127.0.0.1"), static_cast<std::uint16_t>(own.port()), "/api/echo"});
    const HttpResult echo = fetch({.url = own.url("/api/echo?x=1")});
    ASSERT_TRUE(echo) << echo.error().message;
    EXPECT_EQ(error_of({.url = own.url("/api/flows")}), HttpErrorKind::egress_refused);
    EXPECT_EQ(error_of({.url = own.url("/api/echo/../flows")}), HttpErrorKind::egress_refused);
    EXPECT_EQ(own.connection_count(), 1);
    EXPECT_TRUE(fetch({.url = "/api/echo"}));
    EXPECT_EQ(error_of({.url = "/api/flows"}), HttpErrorKind::bad_url);
}

// The name is looked up for each connection; what counts is where that one goes.
TEST_F(Egress, ChecksTheAddressOfEachConnectionWhenANameMoves) {
    std::atomic<int> served = 0;
    LoopbackServer& server = serve([&](const SeenRequest& request, LoopbackConnection& connection) {
        ++served;
        connection.answer("200 OK", "Connection: close\r\n", request.target);
        connection.finish();
    });
    const std::string port = std::to_string(server.port());
    std::atomic<bool> has_moved = false;
    options_.pinned_names = [&] {
        return std::vector<std::string>{"moves.example:" + port +
                                        (has_moved ? ":127.0.0.2" : ":127.0.0.1")};
    };
    const std::string url = "http://moves.example:" + port + "/";
    const HttpResult before = fetch({.url = url});
    ASSERT_TRUE(before) << before.error().message;
    has_moved = true;
    const HttpResult after = fetch({.url = url});
    ASSERT_FALSE(after);
    EXPECT_EQ(after.error().kind, HttpErrorKind::egress_refused);
    EXPECT_NE(after.error().message.find("127.0.0.2"), std::string::npos) << after.error().message;
    EXPECT_EQ(served, 1);
}

TEST_F(Egress, AllowsANameOnlyForTheNameThatWasAllowed) {
    LoopbackServer hidden(answer_ok);
    const std::string port = std::to_string(hidden.port());
    allowed_ = {"ollama.lan:" + port};
    options_.pinned_names = [&] {
        return std::vector<std::string>{"ollama.lan:" + port + ":127.0.0.1",
                                        "evil.example:" + port + ":127.0.0.1"};
    };
    EXPECT_TRUE(fetch({.url = "http://ollama.lan:" + port + "/"}));
    EXPECT_TRUE(fetch({.url = "http://OLLAMA.lan:" + port + "/"}));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(error_of({.url = "http://evil.example:" + port + "/"}),
                  HttpErrorKind::egress_refused);
    }
    EXPECT_EQ(error_of({.url = hidden.url("/")}), HttpErrorKind::egress_refused);
}

TEST_F(Egress, RefusesAnOpenConnectionThatIsNoLongerAllowed) {
    std::atomic<int> served = 0;
    LoopbackServer& server = serve([&](const SeenRequest& request, LoopbackConnection& connection) {
        ++served;
        answer_ok(request, connection);
    });
    ASSERT_TRUE(fetch({.url = server.url("/")}));
    client().replace_guard({});
    const std::string by_name = "http://localhost:" + std::to_string(server.port()) + "/";
    EXPECT_EQ(error_of({.url = server.url("/")}), HttpErrorKind::egress_refused);
    EXPECT_EQ(error_of({.url = by_name}), HttpErrorKind::egress_refused);
    EXPECT_EQ(served, 1);
    client().replace_guard(*EgressGuard::parse(std::vector<std::string>{server.address()}));
    EXPECT_TRUE(fetch({.url = server.url("/")}));
}

// By its name: a literal address is refused before any connection is thought of.
TEST_F(Egress, RefusesAnOpenConnectionToANameThatIsNoLongerAllowed) {
    std::atomic<int> served = 0;
    LoopbackServer hidden([&](const SeenRequest& request, LoopbackConnection& connection) {
        ++served;
        answer_ok(request, connection);
    });
    const std::string port = std::to_string(hidden.port());
    allowed_ = {"ollama.lan:" + port};
    options_.pinned_names = [&] {
        return std::vector<std::string>{"ollama.lan:" + port + ":127.0.0.1"};
    };
    const std::string url = "http://ollama.lan:" + port + "/";
    ASSERT_TRUE(fetch({.url = url}));
    ASSERT_TRUE(fetch({.url = url}));
    EXPECT_EQ(hidden.connection_count(), 1);
    client().replace_guard({});
    const HttpResult refused = fetch({.url = url});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, HttpErrorKind::egress_refused) << refused.error().message;
    EXPECT_EQ(served, 2);
    EXPECT_EQ(hidden.connection_count(), 1);
}

TEST_F(Egress, KeepsInternalEndpointsWhenTheGuardIsReplaced) {
    LoopbackServer own(answer_ok);
    client().allow(
        {*parse_ip_address("127.0.0.1"), static_cast<std::uint16_t>(own.port()), "/api/echo"});
    client().replace_guard({});
    EXPECT_TRUE(fetch({.url = "/api/echo"}));
}

}  // namespace
}  // namespace swiftgrid::net
