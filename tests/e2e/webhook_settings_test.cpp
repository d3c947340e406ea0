// Webhooks as the people of the flow see them.

#include <gmock/gmock.h>

#include "command_line.h"
#include "webhook_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(Webhooks, AreSwitchedOnAndTellTheirSecretOnce) {
    const std::string flow = published(script_flow("return 1"));
    const Answer none = client.get(path_of(flow));
    EXPECT_EQ(none.status, 200);
    EXPECT_EQ(none.text("/enabled"), "false");
    EXPECT_EQ(none.text("/requireSignature"), "true");
    EXPECT_EQ(none.text("/responseMode"), "async");
    EXPECT_EQ(none.text("/callsPerMinute"), "100");
    EXPECT_EQ(none.text("/url"), server.url() + "/api/hooks/" + flow);
    EXPECT_EQ(none.text("/secretCreatedAt"), "null");
    EXPECT_EQ(client.get("/api/flows").text("/items/0/webhookEnabled"), "false");

    const Answer on = client.put(path_of(flow), R"({"enabled":true,"responseMode":"wait"})");
    EXPECT_EQ(on.status, 200) << on.body;
    EXPECT_THAT(on.text("/secret"), testing::StartsWith("whsec_"));
    EXPECT_EQ(on.text("/responseMode"), "wait");
    EXPECT_EQ(on.text("/published"), "true");
    EXPECT_EQ(client.get("/api/flows").text("/items/0/webhookEnabled"), "true");
    EXPECT_THAT(client.get(path_of(flow)).body, Not(HasSubstr("whsec_")));
    EXPECT_THAT(client.put(path_of(flow), R"({"enabled":false})").body, Not(HasSubstr("whsec_")));
    // What is left out has its default, but it is not opened again.
    EXPECT_EQ(client.put(path_of(flow), "{}").text("/enabled"), "false");
    EXPECT_THAT(client.put(path_of(flow), R"({"enabled":true})").body, Not(HasSubstr("whsec_")));
    const Answer changed = client.put(path_of(flow), R"({"callsPerMinute":7})");
    EXPECT_EQ(changed.text("/enabled"), "true");
    EXPECT_EQ(changed.text("/responseMode"), "async");
}

TEST_F(Webhooks, AreRefusedWithTheFieldThatIsWrong) {
    const std::string flow = published(script_flow("return 1"));
    const auto pointer_of = [&](const std::string& settings) {
        const Answer answer = client.put(path_of(flow), settings);
        expect_problem(answer, 422, "invalid_document");
        return answer.text("/errors/0/pointer");
    };
    EXPECT_EQ(pointer_of(R"({"responseMode":"later"})"), "/responseMode");
    EXPECT_EQ(pointer_of(R"({"callsPerMinute":0})"), "/callsPerMinute");
    EXPECT_EQ(pointer_of(R"({"callsPerMinute":100001})"), "/callsPerMinute");
    EXPECT_EQ(pointer_of(R"({"on":true})"), "/on");
    EXPECT_EQ(pointer_of(R"({"callsPerMinute":"7"})"), "/callsPerMinute");
    const auto rotate = [&](const std::string& rotation) {
        return client.post(path_of(flow) + "/rotate-secret", rotation);
    };
    EXPECT_EQ(rotate(R"({"secret":"short"})").text("/errors/0/pointer"), "/secret");
    EXPECT_EQ(rotate(R"({"overlapHours":"1"})").text("/errors/0/pointer"), "/overlapHours");
    EXPECT_EQ(rotate(R"({"overlapHours":-1})").text("/errors/0/pointer"), "/overlapHours");
    expect_problem(client.get(path_of(unknown_id)), 404, "not_found");
    expect_problem(client.put(path_of(unknown_id), "{}"), 404, "not_found");
    expect_problem(client.post(path_of(unknown_id) + "/rotate-secret"), 404, "not_found");
    expect_problem(client.get(path_of(unknown_id) + "/deliveries"), 404, "not_found");
    expect_problem(client.get(path_of("nonsense")), 400, "bad_request");
    EXPECT_EQ(client.send({.path = path_of(flow), .with_token = false}).status, 401);
}

TEST_F(Webhooks, TakeTheOldSecretUntilItsOverlapIsOver) {
    const std::string flow = hooked();
    const std::string first = secret;
    const auto rotate = [&](const std::string& rotation) {
        const Answer rotated = client.post(path_of(flow) + "/rotate-secret", rotation);
        EXPECT_EQ(rotated.status, 200) << rotated.body;
        secret = rotated.text("/secret");
        return rotated;
    };
    EXPECT_NE(rotate("{}").text("/oldSecretUntil"), "null");
    const std::string second = secret;
    EXPECT_NE(second, first);
    EXPECT_EQ(call(flow, {github_header(first, sent_body)}).status, 202);
    EXPECT_EQ(call(flow, {github_header(second, sent_body)}).status, 202);
    EXPECT_EQ(rotate(R"({"overlapHours":0})").text("/oldSecretUntil"), "null");
    EXPECT_EQ(call(flow, {github_header(first, sent_body)}).status, 401);
    EXPECT_EQ(call(flow, {github_header(second, sent_body)}).status, 401);
    EXPECT_EQ(signed_call(flow, "msg_1").status, 202);
    const std::string own = "It's a Secret to Everybody";
    EXPECT_EQ(rotate(to_json(json::object{{"secret", own}})).text("/secret"), own);
    EXPECT_EQ(call(flow, {github_header(own, sent_body)}).status, 202);
}

TEST_F(Webhooks, KeepTheirSecretSealedAndThroughANewServerKey) {
    const std::string flow = hooked();
    EXPECT_EQ(client.post("/api/secrets/rotate-key").status, 200);
    EXPECT_EQ(signed_call(flow, "msg_1").status, 202);
    server.kill_hard();
    server.start();
    EXPECT_EQ(signed_call(flow, "msg_2").status, 202);
    deliveries(flow, "started");
    for (const std::string& bytes : {secret, secret.substr(6)}) {
        EXPECT_THAT(files_with(server.data_dir(), bytes), testing::IsEmpty());
        EXPECT_THAT(server.messages() + server.output(), Not(HasSubstr(bytes)));
        EXPECT_THAT(client.get("/api/secrets").body, Not(HasSubstr(bytes)));
    }
    EXPECT_EQ(client.get("/api/secrets").text("/items"), "[]");
}

TEST_F(Webhooks, RememberWhatBecameOfTheCalls) {
    const std::string flow = hooked(R"({"callsPerMinute":2})");
    const std::string run = signed_call(flow, "msg_1").text("/runId");
    EXPECT_EQ(deliveries(flow, "started").text("/items/0/runId"), run);
    signed_call(flow, "msg_1");
    EXPECT_EQ(deliveries(flow, "repeated").text("/items/0/idempotencyKey"), "msg_1");
    for (int i = 0; i < 3; ++i) call(flow, {});
    ASSERT_TRUE(eventually(
        [&] { return client.get(path_of(flow) + "/deliveries").text("/items/0/count") == "3"; }));
    signed_call(flow, "msg_2");
    ASSERT_TRUE(eventually([&] {
        return client.get(path_of(flow) + "/deliveries").text("/items/0/code") == "rate_limited";
    }));
    const Answer list = client.get(path_of(flow) + "/deliveries");
    EXPECT_EQ(list.text("/items/1/outcome"), "refused");
    EXPECT_EQ(list.text("/items/1/code"), "unauthorized");
    EXPECT_THAT(list.text("/items/1/detail"), HasSubstr("not signed"));
    EXPECT_EQ(list.text("/items/1/remoteAddress"), "127.0.0.1");
    EXPECT_EQ(list.text("/items/3/signedAs"), "standard");
    EXPECT_EQ(list.text("/items/3/sizeBytes"), std::to_string(sent_body.size()));
    EXPECT_EQ(list.text("/items/3/contentType"), "application/json");
    EXPECT_EQ(client.get(path_of(flow) + "/deliveries?limit=1").text("/items/0/code"),
              "rate_limited");
    const Answer rest =
        client.get(path_of(flow) + "/deliveries?limit=3&cursor=" +
                   client.get(path_of(flow) + "/deliveries?limit=1").text("/nextCursor"));
    EXPECT_EQ(rest.json().at("items").as_array().size(), 3U);
    EXPECT_EQ(rest.text("/nextCursor"), "null");
}

TEST_F(Webhooks, ShowTestCallsToWhoListens) {
    const std::string flow = client.create_flow(script_flow("return 1"));  // not published
    secret = client.put(path_of(flow), R"({"enabled":true})").text("/secret");
    client.put(path_of(flow), R"({"enabled":false})");
    const std::string test = "/api/hooks/" + flow + "/test";
    EXPECT_EQ(call(client, test, standard_headers(secret, "msg_1", sent_body)).status, 404);
    int calls = 0;
    Client listener(server, &contract);
    const auto frames = listener.stream(path_of(flow) + "/calls", {}, [&](const Frame& frame) {
        if (frame.event == "listening") {
            EXPECT_EQ(call(client, test, {}).status, 401);
            const Answer taken = call(client, test, standard_headers(secret, "msg_1", sent_body));
            EXPECT_EQ(taken.status, 202) << taken.body;
            EXPECT_EQ(taken.body, R"({"test":true})");
        }
        if (frame.event == "call") ++calls;
        return calls == 2;
    });
    ASSERT_EQ(frames.size(), 3U);
    const json::value refused = parse_json(frames[1].data).value();
    EXPECT_EQ(refused.at("outcome").as_string(), "refused");
    EXPECT_EQ(refused.at("code").as_string(), "unauthorized");
    EXPECT_TRUE(refused.at("input").is_null());
    const json::value taken = parse_json(frames[2].data).value();
    EXPECT_EQ(taken.at("outcome").as_string(), "tested");
    EXPECT_TRUE(taken.at("test").as_bool());
    EXPECT_EQ(to_json(taken.at("input").at("body")), sent_body);
    EXPECT_TRUE(taken.at("runId").is_null());
    EXPECT_EQ(runs_of(flow), 0U);
    // Nobody listens any more.
    EXPECT_TRUE(eventually([&] {
        return call(client, test, standard_headers(secret, "msg_1", sent_body)).status == 404;
    }));
}

TEST_F(Webhooks, ShowRealCallsToWhoListensWithTheirRun) {
    const std::string flow = hooked();
    client.post("/api/secrets", R"({"name":"KEY","value":"hidden-value"})");
    Client listener(server, &contract);
    std::string run;
    const auto frames = listener.stream(path_of(flow) + "/calls", {}, [&](const Frame& frame) {
        if (frame.event == "listening")
            run = signed_call(flow, "msg_1", R"({"key":"hidden-value"})").text("/runId");
        return frame.event == "call";
    });
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_THAT(frames[1].data, HasSubstr("\"runId\":\"" + run + "\""));
    EXPECT_THAT(frames[1].data, HasSubstr(R"("body":{"key":"[redacted]"})"));
}

}  // namespace
}  // namespace swiftgrid::e2e
