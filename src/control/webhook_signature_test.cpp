#include "control/webhook_signature.h"

#include <gtest/gtest.h>

#include "control/webhook_secrets.h"

namespace swiftgrid::control {
namespace {

// The vector of the reference implementations of Standard Webhooks.
const std::string standard_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr Instant signed_at{1'614'265'330'000};

SignedCall standard_call() {
    SignedCall call;
    call.webhook_id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    call.webhook_timestamp = "1614265330";
    call.webhook_signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    call.body = R"({"test": 2432232314})";
    return call;
}

// The one of GitHub's documentation.
const std::string github_secret = "It's a Secret to Everybody";
SignedCall github_call() {
    SignedCall call;
    call.hub_signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    call.body = "Hello, World!";
    return call;
}

Result<SignatureScheme> verify(const SignedCall& call, std::vector<std::string> secrets,
                               Instant now = signed_at) {
    auto verified = verify_signature(call, secrets, now);
    if (!verified) EXPECT_EQ(verified.error().code, ErrorCode::unauthorized);
    return verified;
}

TEST(WebhookSignature, IsTheOneOfStandardWebhooks) {
    EXPECT_EQ(verify(standard_call(), {standard_secret}), SignatureScheme::standard);
}

TEST(WebhookSignature, IsTheOneOfGitHub) {
    EXPECT_EQ(verify(github_call(), {github_secret}), SignatureScheme::github);
}

TEST(WebhookSignature, OfStripeIsOverTimeAndBody) {
    SignedCall call;
    call.body = R"({"id":"evt_1"})";
    // openssl dgst -sha256 -hmac whsec_sixteen_or_more over "1614265330.{"id":"evt_1"}"
    call.stripe_signature =
        "t=1614265330,v1=0000000000000000000000000000000000000000000000000000000000000000,"
        "v1=32743f809dbc340f01f6ae08ccac096c6b12b92cece542863acff0dc321ac6e7,v0=1";
    EXPECT_EQ(verify(call, {"whsec_sixteen_or_more"}), SignatureScheme::stripe);
    EXPECT_FALSE(verify(call, {"whsec_sixteen_or_morE"}));
    EXPECT_FALSE(verify(call, {"whsec_sixteen_or_more"}, signed_at + Duration{301'000}));
    call.stripe_signature = "nonsense";
    EXPECT_FALSE(verify(call, {"whsec_sixteen_or_more"}));
}

TEST(WebhookSignature, OfStripeIsNoneOfGitHub) {
    SignedCall call;
    call.body = R"(1614265330.{"id":"evt_1"})";
    call.hub_signature = "sha256=32743f809dbc340f01f6ae08ccac096c6b12b92cece542863acff0dc321ac6e7";
    EXPECT_FALSE(verify(call, {"whsec_sixteen_or_more"}));
}

TEST(WebhookSignature, MayBeOneOfSeveral) {
    SignedCall call = standard_call();
    call.webhook_signature =
        "v1,bm9uc2Vuc2UjYm9uc2Vuc2UjYm9uc2Vuc2Ujbm9uc2U= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/"
        "enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== "
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,x";
    EXPECT_TRUE(verify(call, {standard_secret}));
    std::string many;
    for (int i = 0; i < 100; ++i) many += "v1,bm9uc2Vuc2UjYm9uc2Vuc2UjYm9uc2Vuc2Ujbm9uc2U= ";
    many += *call.webhook_signature;
    call.webhook_signature = many;
    EXPECT_FALSE(verify(call, {standard_secret}));  // beyond the limit
}

TEST(WebhookSignature, MayBeOfAnyOfTheSecrets) {
    EXPECT_TRUE(verify(standard_call(), {WebhookSecrets::make(), standard_secret}));
    EXPECT_TRUE(verify(github_call(), {standard_secret, github_secret}));
    EXPECT_FALSE(verify(standard_call(), {}));
    EXPECT_FALSE(verify(standard_call(), {WebhookSecrets::make()}));
}

TEST(WebhookSignature, IsOfEveryByteThatWasSigned) {
    const auto fails_with = [](auto change) {
        SignedCall call = standard_call();
        change(call);
        return !verify(call, {standard_secret});
    };
    EXPECT_TRUE(fails_with([](SignedCall& call) { call.body = R"({"test": 2432232315})"; }));
    EXPECT_TRUE(fails_with([](SignedCall& call) { call.body = R"({"test":2432232314})"; }));
    EXPECT_TRUE(fails_with([](SignedCall& call) { call.webhook_id = "msg_other"; }));
    EXPECT_TRUE(fails_with([](SignedCall& call) { call.webhook_timestamp = "1614265331"; }));
    EXPECT_TRUE(fails_with([](SignedCall& call) { call.webhook_id.reset(); }));
    EXPECT_TRUE(fails_with([](SignedCall& call) { call.webhook_timestamp.reset(); }));
    for (const std::string_view wrong :
         {"", "v1", "v1,", "v1,=", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
          "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE"})
        EXPECT_TRUE(fails_with([&](SignedCall& call) { call.webhook_signature = wrong; })) << wrong;
    for (const std::string_view wrong :
         {"", "sha256=", "sha256=zz",
          "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b04",
          "sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
          "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1700"}) {
        SignedCall call = github_call();
        call.hub_signature = wrong;
        EXPECT_FALSE(verify(call, {github_secret})) << wrong;
    }
}

TEST(WebhookSignature, HoldsForFiveMinutesAroundItsTime) {
    const auto at = [](std::int64_t seconds) {
        return verify(standard_call(), {standard_secret}, signed_at + Duration{seconds * 1'000});
    };
    EXPECT_TRUE(at(300));
    EXPECT_TRUE(at(-300));
    EXPECT_NE(at(301).error().message.find("5 minutes ago"), std::string::npos);
    EXPECT_NE(at(-301).error().message.find("in the future"), std::string::npos);
    // Who cannot sign is not told about the time.
    const auto stranger =
        verify(standard_call(), {WebhookSecrets::make()}, signed_at + Duration{301'000});
    EXPECT_EQ(stranger.error().message.find("minutes"), std::string::npos);
}

TEST(WebhookSignature, NeedsATimeThatIsANumber) {
    for (const std::string_view time : {"", "now", "1614265330.5", "-1", "99999999999999999999"}) {
        SignedCall call = standard_call();
        call.webhook_timestamp = time;
        EXPECT_FALSE(verify(call, {standard_secret})) << time;
    }
}

TEST(WebhookSignature, IsMissed) {
    const auto verified = verify({}, {standard_secret});
    ASSERT_FALSE(verified);
    EXPECT_NE(verified.error().message.find("not signed"), std::string::npos);
}

}  // namespace
}  // namespace swiftgrid::control
