#include "api/hook_input.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::api {
namespace {

const FlowId flow{parse_id<FlowId>("01931e3c-7a5f-7000-8000-000000000001").value()};

Request call() {
    Request request;
    request.method = "POST";
    request.path = "/api/hooks/x";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = R"({ "n": 1 })";
    return request;
}

std::string input_of(const Request& request) {
    const auto input = hook_input(request);
    return input ? std::string(input->view()) : "refused: " + input.error().message;
}

TEST(HookInput, IsBodyHeadersQueryAndMethod) {
    Request request = call();
    request.headers.push_back({"X-Event", "push"});
    request.headers.push_back({"x-event", "tag"});
    request.query = {{"a", "1"}, {"b", ""}, {"a", "2"}};
    EXPECT_EQ(input_of(request),
              R"({"body":{"n":1},"headers":{"content-type":"application/json",)"
              R"("x-event":"push, tag"},"query":{"a":["1","2"],"b":""},"method":"POST"})");
}

TEST(HookInput, KeepsToItselfWhoCalled) {
    Request request = call();
    for (const auto* name :
         {"Authorization", "Cookie", "Webhook-Signature", "X-Hub-Signature-256", "X-Hub-Signature",
          "Stripe-Signature", "svix-signature", "X-Slack-Signature", "X-Shopify-Hmac-Sha256",
          "X-Gitlab-Token", "X-Telegram-Bot-Api-Secret-Token", "X-Api-Key", "apikey",
          "Proxy-Authorization", "Set-Cookie"})
        request.headers.push_back({name, "sha256=hidden"});
    request.headers.push_back({"webhook-id", "msg_1"});
    EXPECT_EQ(input_of(request).find("hidden"), std::string::npos);
    EXPECT_NE(input_of(request).find("msg_1"), std::string::npos);
}

TEST(HookInput, TakesHeadersOfAnyEncoding) {
    Request request = call();
    request.headers = {{"x-name", "M\xfcller"}, {"x-other", "M\xc3\xbcller"}};
    EXPECT_NE(input_of(request).find(R"("x-name":"Müller","x-other":"Müller")"), std::string::npos)
        << input_of(request);
}

TEST(HookInput, IsRefusedWhenItIsTooDeepOrTooLarge) {
    Request request = call();
    request.body = std::string(126, '[') + std::string(126, ']');
    EXPECT_TRUE(input_of(request).starts_with("{\"body\":[["));
    EXPECT_TRUE(JsonText::parse(input_of(request)));
    request.body = std::string(127, '[') + std::string(127, ']');
    EXPECT_EQ(input_of(request), "refused: body: it is nested more than 126 deep");
    request.headers.clear();
    request.body = std::string(limits::request_body_bytes * 3 / 4, '\xff');
    EXPECT_EQ(hook_input(request).error().code, ErrorCode::too_large);
}

TEST(HookKey, IsTheKeyElseTheMessagesId) {
    Request request = call();
    EXPECT_FALSE(hook_key(request, flow)->has_value());
    request.headers.push_back({"X-GitHub-Delivery", "guid"});
    EXPECT_EQ(hook_key(request, flow)->value().key, "guid");
    request.headers.push_back({"webhook-id", "msg_1"});
    EXPECT_EQ(hook_key(request, flow)->value().key, "msg_1");
    request.headers.push_back({"Idempotency-Key", "\"mine\""});
    const auto key = hook_key(request, flow)->value();
    EXPECT_EQ(key.key, "mine");
    EXPECT_EQ(key.scope, "hook 01931e3c-7a5f-7000-8000-000000000001");
    request.headers.back().value = std::string(256, 'k');
    EXPECT_EQ(hook_key(request, flow).error().code, ErrorCode::bad_request);
}

TEST(HookKey, TellsCallsApartByEverythingThatTheySay) {
    const auto fingerprint = [](auto change) {
        Request request = call();
        request.headers.push_back({"Idempotency-Key", "k"});
        change(request);
        return hook_key(request, flow)->value().fingerprint;
    };
    const std::string same = fingerprint([](Request&) {});
    EXPECT_EQ(fingerprint([](Request& request) { request.headers.push_back({"x", "y"}); }), same);
    EXPECT_NE(fingerprint([](Request& request) { request.body += ' '; }), same);
    EXPECT_NE(fingerprint([](Request& request) { request.method = "GET"; }), same);
    const std::string one = fingerprint([](Request& request) { request.query = {{"a", "1"}}; });
    EXPECT_NE(one, same);
    EXPECT_NE(fingerprint([](Request& request) { request.query = {{"a1", ""}}; }), one);
}

}  // namespace
}  // namespace swiftgrid::api
