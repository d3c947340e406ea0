#include "control/webhook_secrets.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

using Texts = std::vector<std::string>;

constexpr Instant renewed_at{1'800'000'000'000};
constexpr Duration hour{3'600'000};

TEST(WebhookSecrets, AreMadeOf32RandomBytes) {
    const std::string secret = WebhookSecrets::make();
    EXPECT_EQ(secret.size(), 6U + 44U);
    EXPECT_TRUE(secret.starts_with("whsec_"));
    EXPECT_NE(secret, WebhookSecrets::make());
    EXPECT_FALSE(WebhookSecrets::problem_of(secret));
}

TEST(WebhookSecrets, OfStandardWebhooksHoldAKey) {
    EXPECT_FALSE(WebhookSecrets::problem_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    EXPECT_FALSE(WebhookSecrets::problem_of("any other long enough text"));
    for (const char* wrong :
         {"whsec_no base64 at all, this", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"}) {
        const auto problem = WebhookSecrets::problem_of(wrong);
        ASSERT_TRUE(problem) << wrong;
        EXPECT_EQ(problem->pointer, "/secret");
        EXPECT_NE(problem->detail.find("base64"), std::string::npos);
    }
}

TEST(WebhookSecrets, ThatAreReplacedAreTakenUntilTheirOverlapIsOver) {
    WebhookSecrets secrets;
    EXPECT_TRUE(secrets.is_empty());
    secrets.replace("one", renewed_at, hour);
    EXPECT_FALSE(secrets.old_until(renewed_at));
    secrets.replace("two", renewed_at + hour, hour);
    EXPECT_EQ(secrets.newest_since(), renewed_at + hour);
    EXPECT_EQ(secrets.old_until(renewed_at + hour), renewed_at + hour + hour);
    EXPECT_EQ(secrets.valid_at(renewed_at + hour), (Texts{"two", "one"}));
    EXPECT_EQ(secrets.valid_at(renewed_at + hour + hour), Texts{"two"});
    EXPECT_FALSE(secrets.old_until(renewed_at + hour + hour));
}

TEST(WebhookSecrets, EndAtOnceWithoutAnOverlapHoweverLongTheyHad) {
    WebhookSecrets secrets;
    secrets.replace("one", renewed_at, hour);
    secrets.replace("two", renewed_at, hour);
    secrets.replace("three", renewed_at, Duration{0});
    EXPECT_EQ(secrets.valid_at(renewed_at), Texts{"three"});
    secrets.replace("three", renewed_at, hour);  // the same again is not an old one
    EXPECT_EQ(secrets.valid_at(renewed_at), Texts{"three"});
}

TEST(WebhookSecrets, AreFew) {
    WebhookSecrets secrets;
    for (int i = 0; i < 10; ++i) secrets.replace("secret " + std::to_string(i), renewed_at, hour);
    const Texts valid = secrets.valid_at(renewed_at);
    EXPECT_EQ(valid.size(), limits::webhook_secrets);
    EXPECT_EQ(valid.front(), "secret 9");
}

TEST(WebhookSecrets, AreTheSameAfterTheyWereKept) {
    WebhookSecrets secrets;
    secrets.replace("one \"quoted\"", renewed_at, hour);
    secrets.replace("two", renewed_at + hour, hour);
    const auto kept = WebhookSecrets::parse(secrets.to_text());
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->to_text(), secrets.to_text());
    EXPECT_EQ(kept->valid_at(renewed_at + hour), secrets.valid_at(renewed_at + hour));
    for (const auto* text : {"", "{}", "[1]", R"([{"secret":1,"since":2}])", R"([{"secret":"x"}])"})
        EXPECT_FALSE(WebhookSecrets::parse(text)) << text;
}

TEST(WebhookSecrets, OfPeopleAreLongEnoughAndPrintable) {
    EXPECT_FALSE(WebhookSecrets::problem_of("It's a Secret to Everybody"));
    EXPECT_TRUE(WebhookSecrets::problem_of("too short"));
    EXPECT_TRUE(WebhookSecrets::problem_of(std::string(257, 'x')));
    EXPECT_TRUE(WebhookSecrets::problem_of("a secret that is cut off at its end "));
    EXPECT_TRUE(WebhookSecrets::problem_of("a secret\nof several lines"));
    EXPECT_EQ(WebhookSecrets::problem_of("x")->pointer, "/secret");
}

}  // namespace
}  // namespace swiftgrid::control
