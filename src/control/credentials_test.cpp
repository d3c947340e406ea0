#include "control/credentials.h"

#include <set>

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

std::set<std::string> codes(std::string_view password, std::string_view email = "a@b") {
    std::set<std::string> found;
    for (const model::Problem& problem : password_problems(password, email))
        found.insert(problem.code);
    return found;
}

TEST(Credentials, ATokenChecksItself) {
    const std::string token = make_api_token();
    EXPECT_TRUE(is_api_token(token)) << token;
    EXPECT_NE(make_api_token(), token);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(is_api_token(changed)) << i;
    }
    EXPECT_FALSE(is_api_token(token.substr(1)));
    EXPECT_FALSE(is_api_token(token + "0"));
    EXPECT_FALSE(is_api_token(""));
}

TEST(Credentials, APasswordHasTwelveCharactersOfAnyKind) {
    EXPECT_TRUE(codes("correct horse").empty());
    EXPECT_TRUE(codes("äöüßéñ漢字かなあい").empty());
    EXPECT_EQ(codes("äöüßéñ漢字かなあ"), std::set<std::string>{"password_too_short"});
    EXPECT_TRUE(codes(std::string("nul\0 in the middle", 18)).empty());
    EXPECT_TRUE(codes("").contains("password_too_short"));
    EXPECT_TRUE(codes(std::string(1025, 'a') + "b").contains("password_too_long"));
    EXPECT_TRUE(codes("aaaaaaaaaaaaaaaa").contains("password_too_simple"));
    EXPECT_TRUE(codes("mia@example.com", "mia@example.com").contains("password_too_simple"));
}

TEST(Credentials, AHashKnowsItsPasswordAndNoOther) {
    const std::string password("nul\0 in the middle", 18);
    const std::string hash = hash_password(password).value();
    EXPECT_TRUE(hash.starts_with("$argon2id$"));
    EXPECT_NE(hash_password(password).value(), hash);
    EXPECT_EQ(is_password(password, hash), true);
    EXPECT_EQ(is_password("nul", hash), false);
    EXPECT_EQ(is_password("", hash), false);
    EXPECT_EQ(is_password(std::string(limits::request_body_bytes, 'x'), hash), false);
    EXPECT_EQ(is_password(password, ""), false);
}

}  // namespace
}  // namespace swiftgrid::control
