#include "app/listen_address.h"

#include <gtest/gtest.h>

namespace swiftgrid::app {
namespace {

TEST(ListenAddress, IsHostAndPort) {
    EXPECT_EQ(parse_listen_address("127.0.0.1:8080")->port, 8080);
    EXPECT_EQ(parse_listen_address("[::1]:0")->host, "::1");
    EXPECT_EQ(parse_listen_address("localhost:65535")->host, "localhost");
}

TEST(ListenAddress, IsRefusedWhenMalformed) {
    for (auto text : {"", "8080", ":8080", "localhost:", "localhost:http", "localhost:65536",
                      "localhost:-1", "localhost:1x"})
        EXPECT_FALSE(parse_listen_address(text).has_value()) << text;
}

TEST(UrlHost, CanBeOpenedInABrowser) {
    EXPECT_EQ(url_host("0.0.0.0"), "127.0.0.1");
    EXPECT_EQ(url_host("::"), "[::1]");
    EXPECT_EQ(url_host("::1"), "[::1]");
    EXPECT_EQ(url_host("127.0.0.1"), "127.0.0.1");
}

}  // namespace
}  // namespace swiftgrid::app
