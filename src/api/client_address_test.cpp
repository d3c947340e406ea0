#include "api/client_address.h"

#include <gtest/gtest.h>

namespace swiftgrid::api {
namespace {

std::string address_of(const std::string& peer, std::vector<std::string> forwarded) {
    Request request;
    request.remote_address = peer;
    for (std::string& value : forwarded)
        request.headers.push_back({"x-forwarded-FOR", std::move(value)});
    return client_address(request);
}

TEST(ClientAddress, IsThePeer) {
    EXPECT_EQ(address_of("10.0.0.1", {}), "10.0.0.1");
    EXPECT_EQ(address_of("127.0.0.1", {}), "127.0.0.1");
    EXPECT_EQ(address_of("10.0.0.1", {"10.0.0.9"}), "10.0.0.1") << "anybody can say that";
}

TEST(ClientAddress, IsTheLastThatAProxyOfThisMachineSays) {
    EXPECT_EQ(address_of("127.0.0.1", {"10.0.0.9"}), "10.0.0.9");
    EXPECT_EQ(address_of("::1", {"1.1.1.1,\t10.0.0.9 "}), "10.0.0.9");
    EXPECT_EQ(address_of("::ffff:127.0.0.1", {"1.1.1.1", "2.2.2.2, 10.0.0.9"}), "10.0.0.9");
    EXPECT_EQ(address_of("127.0.0.1", {"10.0.0.9", "nonsense"}), "127.0.0.1");
}

}  // namespace
}  // namespace swiftgrid::api
