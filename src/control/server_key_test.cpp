#include "control/server_key.h"

#include <gtest/gtest.h>

namespace swiftgrid::control {
namespace {

TEST(ServerKey, GivesEveryPurposeAKeyOfItsOwn) {
    const ServerKey key(ServerKey::Bytes{1});
    EXPECT_EQ(key.derive("a"), ServerKey(ServerKey::Bytes{1}).derive("a"));
    EXPECT_NE(key.derive("a"), key.derive("b"));
    EXPECT_NE(key.derive("a"), ServerKey(ServerKey::Bytes{2}).derive("a"));
    EXPECT_NE(key.derive(""), ServerKey::Bytes{1});
}

TEST(ServerKey, HasANameThatDoesNotTellIt) {
    const ServerKey key(ServerKey::Bytes{1});
    EXPECT_EQ(key.id().size(), 16U);
    EXPECT_EQ(key.id(), ServerKey(ServerKey::Bytes{1}).id());
    EXPECT_NE(key.id(), ServerKey(ServerKey::Bytes{2}).id());
}

}  // namespace
}  // namespace swiftgrid::control
