#include "runtime/resume_tokens.h"

#include <set>

#include <gtest/gtest.h>

namespace swiftgrid::runtime {
namespace {

TokenKey key_of(std::uint8_t first) {
    TokenKey key{};
    key[0] = first;
    return key;
}

RunId run_of(std::uint8_t last) {
    RunId run;
    run.uuid.bytes[15] = last;
    return run;
}

TEST(ResumeTokens, AreTheSameForTheSameAndOthersForAnythingElse) {
    const ResumeTokens tokens(key_of(1));
    EXPECT_EQ(tokens.token(run_of(1), "a"), ResumeTokens(key_of(1)).token(run_of(1), "a"));
    std::set<std::string> all;
    for (const auto& token :
         {tokens.token(run_of(1), "a"), tokens.token(run_of(2), "a"), tokens.token(run_of(1), "b"),
          tokens.token(run_of(1), "a", 2), tokens.token(run_of(1), ""),
          tokens.token(run_of(1), "ab"), ResumeTokens(key_of(2)).token(run_of(1), "a")}) {
        EXPECT_TRUE(all.insert(token).second) << token;
        EXPECT_EQ(token.size(), 43U);
        EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789-_"),
                  std::string::npos);
    }
}

// Addresses that were handed out must work after every upgrade.
TEST(ResumeTokens, NeverChangeBetweenVersions) {
    TokenKey key;
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
    EXPECT_EQ(ResumeTokens(key).token(run_of(7), "approval"),
              "RzIp1t1ba9NzrVKBMbrNQU2ZTDZxw79CFfR_kta55q0");
}

TEST(ResumeTokens, StandBehindThePublicAddress) {
    ResumeTokens tokens(key_of(1));
    tokens.set_public_url("https://grid.example.com/flows");
    EXPECT_EQ(tokens.resume_url(run_of(1), "a"),
              "https://grid.example.com/flows/api/hooks/resume/" + tokens.token(run_of(1), "a"));
}

}  // namespace
}  // namespace swiftgrid::runtime
