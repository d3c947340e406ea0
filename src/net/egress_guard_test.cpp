#include "net/egress_guard.h"

#include <gtest/gtest.h>

namespace swiftgrid::net {
namespace {

IpAddress address(std::string_view text) {
    const auto parsed = parse_ip_address(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(IpAddress{});
}

EgressGuard guard_with(std::vector<std::string> entries) {
    auto guard = EgressGuard::parse(entries);
    EXPECT_TRUE(guard) << guard.error().message;
    return guard.value_or(EgressGuard{});
}

TEST(IsPublic, RefusesEveryReservedRangeAtBothEnds) {
    for (const char* text : {"0.0.0.0",
                             "0.255.255.255",
                             "10.0.0.0",
                             "10.255.255.255",
                             "100.64.0.0",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.255",
                             "169.254.0.0",
                             "169.254.169.254",
                             "172.16.0.0",
                             "172.31.255.255",
                             "192.0.0.8",
                             "192.0.2.1",
                             "192.88.99.1",
                             "192.168.0.1",
                             "192.168.255.255",
                             "198.18.0.0",
                             "198.19.255.255",
                             "198.51.100.7",
                             "203.0.113.9",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.1.2.3",
                             "::127.0.0.1",
                             "::ffff:0:127.0.0.1",
                             "64:ff9b::7f00:1",
                             "64:ff9b::10.0.0.1",
                             "64:ff9b:1::8.8.8.8",
                             "100::1",
                             "2001::1",
                             "2001:db8::1",
                             "2002:7f00:1::",
                             "2002:a00:1::1",
                             "3fff::1",
                             "fc00::1",
                             "fd12:3456::1",
                             "fe80::1",
                             "febf::1",
                             "fec0::1",
                             "ff02::1",
                             "4000::1"}) {
        EXPECT_FALSE(is_public(address(text))) << text;
    }
}

TEST(IsPublic, AcceptsPublicAddressesBesideTheReservedRanges) {
    for (const char* text :
         {"1.1.1.1",          "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
          "100.128.0.0",      "126.1.1.1",       "128.0.0.1",       "169.253.1.1",
          "172.15.255.255",   "172.32.0.0",      "192.0.1.1",       "192.167.1.1",
          "198.17.1.1",       "198.20.0.0",      "223.255.255.255", "::ffff:8.8.8.8",
          "64:ff9b::808:808", "2002:808:808::1", "2606:4700::1111", "2a00:1450::1"}) {
        EXPECT_TRUE(is_public(address(text))) << text;
    }
}

TEST(EgressGuard, RefusesPrivateAddressesWithoutAnEntry) {
    const EgressGuard guard;
    EXPECT_FALSE(guard.allows({"localhost", 80, "/"}, address("127.0.0.1")));
    EXPECT_TRUE(guard.allows({"example.com", 443, "/"}, address("93.184.216.34")));
}

TEST(EgressGuard, OpensExactlyWhatAnEntryNames) {
    const EgressGuard guard =
        guard_with({"ollama.lan:11434, 10.1.0.0/16", "fd00::/8:443", "[::1]:9000", "192.168.1.7"});
    EXPECT_TRUE(guard.allows({"ollama.lan", 11434, "/"}, address("192.168.0.2")));
    EXPECT_FALSE(guard.allows({"ollama.lan", 80, "/"}, address("192.168.0.2")));
    EXPECT_FALSE(guard.allows({"other.lan", 11434, "/"}, address("192.168.0.2")));
    EXPECT_TRUE(guard.allows({"a", 80, "/"}, address("10.1.2.3")));
    EXPECT_TRUE(guard.allows({"a", 80, "/"}, address("::ffff:10.1.2.3")));
    EXPECT_FALSE(guard.allows({"a", 80, "/"}, address("10.2.0.1")));
    EXPECT_TRUE(guard.allows({"a", 443, "/"}, address("fd12::1")));
    EXPECT_FALSE(guard.allows({"a", 80, "/"}, address("fd12::1")));
    EXPECT_TRUE(guard.allows({"::1", 9000, "/"}, address("::1")));
    EXPECT_FALSE(guard.allows({"::1", 9001, "/"}, address("::1")));
    EXPECT_TRUE(guard.allows({"a", 1, "/"}, address("192.168.1.7")));
    EXPECT_FALSE(guard.allows({"a", 1, "/"}, address("192.168.1.8")));
}

TEST(EgressGuard, TakesLocalhostAsThisMachineHoweverItIsSpelt) {
    const EgressGuard guard = guard_with({"localhost:8080"});
    EXPECT_TRUE(guard.allows({"127.0.0.1", 8080, "/"}, address("127.0.0.1")));
    EXPECT_TRUE(guard.allows({"::1", 8080, "/"}, address("::1")));
    EXPECT_FALSE(guard.allows({"127.0.0.1", 8081, "/"}, address("127.0.0.1")));
    EXPECT_FALSE(guard.allows({"10.0.0.1", 8080, "/"}, address("10.0.0.1")));
}

TEST(EgressGuard, OpensAnInternalEndpointForItsPathOnly) {
    EgressGuard guard;
    guard.allow({address("127.0.0.1"), 8420, "/api/echo"});
    EXPECT_TRUE(guard.allows({"127.0.0.1", 8420, "/api/echo"}, address("127.0.0.1")));
    EXPECT_FALSE(guard.allows({"127.0.0.1", 8420, "/api/echo/x"}, address("127.0.0.1")));
    EXPECT_FALSE(guard.allows({"127.0.0.1", 8420, "/api/flows"}, address("127.0.0.1")));
    EXPECT_FALSE(guard.allows({"127.0.0.1", 8421, "/api/echo"}, address("127.0.0.1")));
    EXPECT_TRUE(guard.is_path_bound({"localhost", 8420, "/api/echo"}));
    EXPECT_FALSE(guard.is_path_bound({"localhost", 8420, "/api/flows"}));
}

TEST(EgressGuard, CompletesTheUrlOfAnInternalEndpoint) {
    EgressGuard guard;
    guard.allow({address("127.0.0.1"), 8420, "/api/echo"});
    guard.allow({address("::1"), 8420, "/api/v6"});
    EXPECT_EQ(guard.own_url("/api/echo?a=1"), "http://127.0.0.1:8420/api/echo?a=1");
    EXPECT_EQ(guard.own_url("/api/v6"), "http://[::1]:8420/api/v6");
    EXPECT_EQ(guard.own_url("/api/echo/"), std::nullopt);
    EXPECT_EQ(guard.own_url("//evil.example/api/echo"), std::nullopt);
}

TEST(EgressGuard, NamesTheEntryItCannotRead) {
    for (const char* text : {"host:0", "host:70000", "host:", "10.0.0.0/33", "10.0.0/8", "a b",
                             "http://x", "[::1]x", "host:80x", "fd00::/129"}) {
        const auto guard = EgressGuard::parse(std::vector<std::string>{text});
        ASSERT_FALSE(guard) << text;
        EXPECT_NE(guard.error().message.find(text), std::string::npos) << guard.error().message;
    }
}

}  // namespace
}  // namespace swiftgrid::net
