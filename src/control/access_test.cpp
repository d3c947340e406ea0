#include "control/access.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace swiftgrid::control {
namespace {

const std::string token = "a-token-that-is-long-enough";

class ServerTokenFolder : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "access-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::string folder;
};

TEST_F(ServerTokenFolder, GetsATokenOfItsOwnThatOnlyTheOwnerCanRead) {
    const auto first = server_token(folder, nullptr).value();
    EXPECT_TRUE(first.created);
    struct stat status{};
    ASSERT_EQ(::stat((folder + "/api-token").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    const auto second = server_token(folder, nullptr).value();
    EXPECT_FALSE(second.created);
    EXPECT_EQ(second.token, first.token);
}

TEST_F(ServerTokenFolder, IsOverruledByTheEnvironment) {
    EXPECT_EQ(server_token(folder, token.c_str()).value().token, token);
    EXPECT_FALSE(server_token(folder, "short").has_value());
}

TEST(ServerToken, IsNamedWithoutBeingTold) {
    EXPECT_EQ(server_token_id(token), server_token_id(token));
    EXPECT_NE(server_token_id(token), server_token_id(token + "x"));
    EXPECT_EQ(server_token_id(token).find(token), std::string::npos);
}

}  // namespace
}  // namespace swiftgrid::control
