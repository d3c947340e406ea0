#include "control/sign_in_limiter.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

std::string address(std::size_t number) {
    return "10." + std::to_string(number / 65536 % 256) + "." + std::to_string(number / 256 % 256) +
           "." + std::to_string(number % 256);
}

TEST(SignInLimiter, GivesAnAccountAFewAttemptsFromAllAddresses) {
    SignInLimiter limiter;
    for (std::size_t i = 0; i < limits::sign_in_attempts_per_account; ++i)
        EXPECT_FALSE(limiter.take("mia@example.com", address(i), 0)) << i;
    EXPECT_EQ(limiter.take("mia@example.com", address(99), 0), 60);
    EXPECT_EQ(limiter.take("mia@example.com", address(99), 30'000), 30);
    EXPECT_FALSE(limiter.take("ada@example.com", address(99), 30'000));
    EXPECT_FALSE(limiter.take("mia@example.com", address(99), 60'000));
    EXPECT_TRUE(limiter.take("mia@example.com", address(99), 60'000));
}

TEST(SignInLimiter, GivesAnAddressSomeMoreForAllAccounts) {
    SignInLimiter limiter;
    for (std::size_t i = 0; i < limits::sign_in_attempts_per_address; ++i)
        EXPECT_FALSE(limiter.take(std::to_string(i), "10.0.0.1", 0)) << i;
    EXPECT_EQ(limiter.take("other", "10.0.0.1", 0), 10);
    EXPECT_EQ(limiter.take("", "10.0.0.1", 0), 10);
    EXPECT_FALSE(limiter.take("other", "10.0.0.2", 0));
    EXPECT_FALSE(limiter.take("other", "10.0.0.1", 10'000));
}

TEST(SignInLimiter, ARefusalCostsNothing) {
    SignInLimiter limiter;
    for (std::size_t i = 0; i < limits::sign_in_attempts_per_account; ++i)
        EXPECT_FALSE(limiter.take("mia", address(i), 0));
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.take("mia", "10.1.0.1", 0));
    EXPECT_FALSE(limiter.take("ada", "10.1.0.1", 0));
}

TEST(SignInLimiter, AnAttemptThatSucceedsIsGivenBack) {
    SignInLimiter limiter;
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_FALSE(limiter.take("mia", "10.0.0.1", 0)) << i;
        limiter.give_back("mia", "10.0.0.1");
    }
}

TEST(SignInLimiter, ANetworkOfIpv6IsOneAddress) {
    EXPECT_EQ(address_key("2001:db8:1:2:3:4:5:6"), address_key("2001:db8:1:2::7"));
    EXPECT_NE(address_key("2001:db8:1:2::7"), address_key("2001:db8:1:3::7"));
    EXPECT_EQ(address_key("::ffff:10.0.0.1"), address_key("10.0.0.1"));
    EXPECT_NE(address_key("10.0.0.1"), address_key("10.0.0.2"));
}

TEST(SignInLimiter, AnAddressThatMayNotTryMakesItForgetNobody) {
    SignInLimiter limiter;
    for (std::size_t i = 0; i < limits::sign_in_attempts_per_account; ++i)
        EXPECT_FALSE(limiter.take("mia", address(i), 0));
    for (std::size_t i = 0; i < limits::sign_in_attempts_per_address; ++i)
        EXPECT_FALSE(limiter.take("", "10.9.0.1", 0)) << i;
    for (std::size_t i = 0; i <= limits::sign_in_subjects; ++i)
        ASSERT_TRUE(limiter.take("nobody" + std::to_string(i), "10.9.0.1", 0)) << i;
    EXPECT_TRUE(limiter.take("mia", "10.1.0.1", 0));
}

TEST(SignInLimiter, RemembersTheLatestWhenThereAreMany) {
    SignInLimiter limiter;
    for (std::size_t i = 0; i < limits::sign_in_attempts_per_account; ++i)
        EXPECT_FALSE(limiter.take("mia", address(i), 0));
    for (std::size_t i = 0; i < limits::sign_in_subjects / 2; ++i) {
        ASSERT_FALSE(limiter.take("", address(1'000 + i), 0));
        ASSERT_TRUE(limiter.take("mia", address(1'000 + i), 0)) << i;
    }
}

}  // namespace
}  // namespace swiftgrid::control
