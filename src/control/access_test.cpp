#include "control/access.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace swiftgrid::control {
namespace {

constexpr Instant now{1'800'000'000'000};
const std::string token = "a-token-that-is-long-enough";

class AccessFolder : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "access-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::string folder;
};

TEST(Access, AcceptsItsTokenOnly) {
    const Access access(token);
    EXPECT_TRUE(access.is_token(token));
    for (auto other : {"", "a-token-that-is-long-enougH", "a-token-that-is-long-enough "})
        EXPECT_FALSE(access.is_token(other)) << other;
}

TEST(Access, LetsACodeInOnce) {
    Access access(token);
    const std::string code = access.make_sign_in_code(now);
    EXPECT_FALSE(access.use_sign_in_code("", now));
    EXPECT_FALSE(access.use_sign_in_code(code + "x", now));
    EXPECT_TRUE(access.use_sign_in_code(code, now));
    EXPECT_FALSE(access.use_sign_in_code(code, now));
}

TEST(Access, RefusesACodeAfterADay) {
    Access access(token);
    const std::string code = access.make_sign_in_code(now);
    EXPECT_FALSE(access.use_sign_in_code(code, now + Duration{24 * 3'600'000 + 1}));
}

TEST(Access, KeepsSessionsAcrossARestartWithTheSameToken) {
    const std::string cookie = Access(token).make_session(now);
    EXPECT_TRUE(Access(token).is_session(cookie, now));
    EXPECT_FALSE(Access("another-token-long-enough").is_session(cookie, now));
}

TEST(Access, RefusesExpiredAndForgedSessions) {
    const Access access(token);
    const std::string cookie = access.make_session(now);
    EXPECT_FALSE(access.is_session(cookie, now + Duration{Access::session_seconds * 1000}));
    std::string longer = cookie;
    longer[0] = '9';
    EXPECT_FALSE(access.is_session(longer, now));
    for (auto forged : {"", ".", "9999999999.x", "9999999999.x."})
        EXPECT_FALSE(access.is_session(forged, now)) << forged;
}

TEST_F(AccessFolder, GetsATokenOfItsOwnThatOnlyTheOwnerCanRead) {
    const auto first = owner_token(folder, nullptr).value();
    EXPECT_TRUE(first.created);
    struct stat status{};
    ASSERT_EQ(::stat((folder + "/api-token").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    const auto second = owner_token(folder, nullptr).value();
    EXPECT_FALSE(second.created);
    EXPECT_EQ(second.token, first.token);
}

TEST_F(AccessFolder, IsOverruledByTheEnvironment) {
    EXPECT_EQ(owner_token(folder, token.c_str()).value().token, token);
    EXPECT_FALSE(owner_token(folder, "short").has_value());
}

}  // namespace
}  // namespace swiftgrid::control
