// Calls of webhooks as their senders see them.

#include <thread>

#include <gmock/gmock.h>

#include "webhook_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

TEST_F(Webhooks, StartTheActiveVersionWithTheCallAsInput) {
    const std::string flow = hooked();
    save_graph(flow, script_flow("return 'draft'"));
    auto headers = standard_headers(secret, "msg_1", sent_body);
    headers.push_back("X-Event: created");
    headers.push_back("Cookie: session=hidden");
    const Answer accepted = call(client, "/api/hooks/" + flow + "?a=1&a=2", headers);
    EXPECT_THAT(accepted.body, testing::MatchesRegex(R"(\{"runId":"[0-9a-f-]{36}"\})"));
    const json::value output = parse_json(output_of(accepted)).value();
    EXPECT_EQ(to_json(output.at("body")), sent_body);
    EXPECT_EQ(to_json(output.at("query")), R"({"a":["1","2"]})");
    EXPECT_EQ(output.at("method").as_string(), "POST");
    const json::object& seen = output.at("headers").as_object();
    EXPECT_EQ(seen.at("x-event").as_string(), "created");
    EXPECT_EQ(seen.at("webhook-id").as_string(), "msg_1");
    EXPECT_FALSE(seen.contains("cookie"));
    EXPECT_FALSE(seen.contains("webhook-signature"));
    const Answer run = client.get("/api/runs/" + accepted.text("/runId"));
    EXPECT_EQ(run.text("/run/trigger"), "webhook");
    EXPECT_EQ(run.text("/run/version"), "1");
    EXPECT_EQ(client.get("/api/runs?trigger=webhook").json().at("items").as_array().size(), 1U);
}

TEST_F(Webhooks, AreThereForTheWholeFlowAsWebhook) {
    const std::string flow = published(
        R"({"name":"Routed","graph":{"nodes":[
            {"id":"route","type":"router","position":{"x":0,"y":0},"data":{
              "routeBy":"{{webhook.body.event}}","conditions":[
                {"id":"new","label":"New","expression":"value === 'created'"}]}},
            {"id":"new","type":"code-execution","position":{"x":0,"y":0},
              "data":{"code":"return input.n + 1","inputs":{"n":"{{webhook.body.n}}"}}}],
            "edges":[{"id":"e","source":"route","sourceHandle":"new","target":"new"}]}})");
    secret = client.put(path_of(flow), R"({"enabled":true})").text("/secret");
    EXPECT_EQ(output_of(signed_call(flow, "msg_1")), "8");
}

TEST_F(Webhooks, OnlyTakeWhatIsSigned) {
    const std::string flow = hooked();
    expect_problem(call(flow, {}), 401, "unauthorized");
    const auto other_body = standard_headers(secret, "msg_1", sent_body + " ");
    expect_problem(call(flow, other_body), 401, "unauthorized");
    const auto late = standard_headers(secret, "msg_1", sent_body, seconds_now() - 310);
    EXPECT_THAT(call(flow, late).text("/detail"), HasSubstr("5 minutes ago"));
    EXPECT_EQ(call(flow, late).status, 401);
    EXPECT_EQ(call(flow, standard_headers(secret, "msg_1", sent_body, seconds_now() + 310)).status,
              401);
    EXPECT_EQ(call(flow, {"X-Hub-Signature-256: sha256=00"}).status, 401);
    EXPECT_EQ(call(flow, {"webhook-signature: v1,AAAA"}).status, 401);
    // The owner's token is no signature.
    EXPECT_EQ(client.post("/api/hooks/" + flow, sent_body).status, 401);
    EXPECT_EQ(runs_of(flow), 0U);
    auto several = standard_headers(secret, "msg_1", sent_body);
    several[2] = "webhook-signature: v1a,AAAA v1,AAAA " + several[2].substr(several[2].find("v1,"));
    EXPECT_EQ(call(flow, several).status, 202);
    EXPECT_EQ(call(flow, {github_header(secret, sent_body)}).status, 202);
    EXPECT_EQ(call(flow, {stripe_header(secret, sent_body)}).status, 202);
    EXPECT_EQ(call(flow, {stripe_header(secret, sent_body, seconds_now() - 310)}).status, 401);
}

TEST_F(Webhooks, TakeUnsignedCallsWhenTheyAreTold) {
    const std::string flow = hooked(R"({"requireSignature":false})");
    EXPECT_EQ(call(flow, {}).status, 202);
    EXPECT_EQ(call(flow, {"X-Hub-Signature-256: sha256=of-another-secret"}).status, 202);
    EXPECT_EQ(client.put(path_of(flow), "{}").text("/requireSignature"), "true");
    EXPECT_EQ(call(flow, {}).status, 401);
}

TEST_F(Webhooks, LookAlikeToStrangersWhenTheyAreNotThere) {
    const auto told = [&](const std::string& flow, const std::string& suffix = "") {
        const Answer answer = call(client, "/api/hooks/" + flow + suffix, {});
        expect_problem(answer, 404, "not_found");
        return answer.text("/detail");
    };
    const std::string unknown = told(unknown_id);
    EXPECT_EQ(told(published(script_flow("return 1"))), unknown);
    const std::string off = hooked();
    client.put(path_of(off), R"({"enabled":false})");
    EXPECT_EQ(told(off), unknown);
    const std::string draft = client.create_flow(script_flow("return 1"));
    client.put(path_of(draft), R"({"enabled":true})");
    EXPECT_EQ(told(draft), unknown);
    EXPECT_EQ(told(off, "/test"), unknown);
    EXPECT_EQ(told(unknown_id, "/test"), unknown);
    const std::string gone = hooked();
    EXPECT_EQ(signed_call(gone, "msg_1").status, 202);
    EXPECT_EQ(client.del("/api/flows/" + gone + "?force=true").status, 204);
    EXPECT_EQ(told(gone), unknown);
    expect_problem(call(client, "/api/hooks/nonsense", {}), 400, "bad_request");
    // The people of the flow are told.
    EXPECT_THAT(deliveries(draft, "refused").text("/items/0/detail"), HasSubstr("published"));
    EXPECT_THAT(deliveries(off, "refused").text("/items/0/detail"), HasSubstr("switched off"));
}

TEST_F(Webhooks, FiftyAtOnceWithOneKeyMakeOneRun) {
    const std::string flow = hooked();
    std::vector<Answer> answers(50);
    std::vector<std::thread> senders;
    for (Answer& answer : answers)
        senders.emplace_back([&] {
            Client sender(server);
            auto headers = standard_headers(secret, "msg_1", sent_body);
            answer = call(sender, "/api/hooks/" + flow, headers);
        });
    for (std::thread& sender : senders) sender.join();
    std::size_t first = 0;
    for (const Answer& answer : answers) {
        ASSERT_EQ(answer.status, 202) << answer.body;
        EXPECT_EQ(answer.body, answers[0].body);
        if (answer.header("idempotency-replayed").empty()) ++first;
    }
    EXPECT_EQ(first, 1U);
    EXPECT_EQ(runs_of(flow), 1U);
    // Later, and after a restart, it is the same one.
    server.kill_hard();
    server.start();
    const Answer again = signed_call(flow, "msg_1");
    EXPECT_EQ(again.body, answers[0].body);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    expect_problem(signed_call(flow, "msg_1", R"({"event":"other"})"), 422, "invalid_document");
    auto with_key = standard_headers(secret, "msg_2", sent_body);
    with_key.push_back("Idempotency-Key: msg_1");
    EXPECT_EQ(call(flow, with_key).body, answers[0].body);
    EXPECT_EQ(runs_of(flow), 1U);
    EXPECT_EQ(signed_call(flow, "msg_2").status, 202);
    EXPECT_EQ(runs_of(flow), 2U);
}

TEST_F(Webhooks, TakeSoManyCallsAMinuteFromThoseWhoMayCall) {
    const std::string flow = hooked(R"({"callsPerMinute":1})");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(call(flow, {}).status, 401);
    EXPECT_EQ(signed_call(flow, "1").status, 202);
    const Answer refused = signed_call(flow, "2");
    expect_problem(refused, 429, "rate_limited");
    EXPECT_THAT(refused.text("/detail"), HasSubstr("callsPerMinute"));
    EXPECT_THAT(std::stoi(refused.header("retry-after")),
                testing::AllOf(testing::Ge(1), testing::Le(60)));
    EXPECT_EQ(signed_call(hooked(), "other flow").status, 202);
}

TEST_F(Webhooks, AnswerWithTheOutputWhenTheyWait) {
    const std::string flow =
        hooked(R"({"responseMode":"wait"})",
               "if (input.body.fail) throw new Error('not today'); return input.body.n");
    const Answer answer = signed_call(flow, "msg_1");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.text("/output"), "7");
    EXPECT_EQ(answer.text("/status"), "completed");
    const Answer again = signed_call(flow, "msg_1");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, answer.body);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    const Answer failed = signed_call(flow, "msg_2", R"({"fail":true})");
    expect_problem(failed, 502, "run_failed");
    EXPECT_THAT(failed.text("/detail"), HasSubstr("not today"));
    expect_problem(signed_call(flow, "msg_2", R"({"fail":true})"), 502, "run_failed");
    EXPECT_EQ(runs_of(flow), 2U);
}

TEST_F(Webhooks, TakeBodiesOfEveryKind) {
    const std::string flow = hooked(R"({"callsPerMinute":1000})", "return input.body");
    int calls = 0;
    const auto output = [&](const std::string& content, const std::string& type) {
        return output_of(signed_call(flow, "msg_" + std::to_string(++calls), content, type));
    };
    EXPECT_EQ(output("a=1&b=x+y&a=2", "application/x-www-form-urlencoded"),
              R"({"a":["1","2"],"b":"x y"})");
    EXPECT_EQ(output("hello", "text/plain"), "hello");
    EXPECT_EQ(output("", "application/json"), "null");
    EXPECT_EQ(output("\xff", "image/png"),
              R"({"base64":"/w==","contentType":"image/png","size":1})");
    EXPECT_EQ(output("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--",
                     "multipart/form-data; boundary=b"),
              R"({"a":"1"})");
    expect_problem(signed_call(flow, "broken", "{"), 400, "bad_request");
    expect_problem(signed_call(flow, "deep", std::string(127, '[') + std::string(127, ']')), 400,
                   "bad_request");
    expect_problem(signed_call(flow, "form", "%zz", "application/x-www-form-urlencoded"), 400,
                   "bad_request");
    // Base64 makes it larger than an input may be.
    expect_problem(signed_call(flow, "large", std::string(13'000'000, '\xff'), "image/png"), 413,
                   "too_large");
    EXPECT_EQ(signed_call(flow, "huge", std::string(17'000'000, 'x'), "text/plain").status, 413);
    EXPECT_EQ(signed_call(flow, std::string(256, 'k')).status, 400);
}

TEST_F(Webhooks, AreCalledByGetAndNotByLooking) {
    const std::string flow = hooked(R"({"requireSignature":false})");
    Client sender(server);  // OPTIONS is described nowhere
    const auto ask = [&](const std::string& method) {
        return sender.send(
            {.method = method, .path = "/api/hooks/" + flow + "?x=1", .with_token = false});
    };
    EXPECT_THAT(output_of(ask("GET")), HasSubstr(R"("query":{"x":"1"},"method":"GET")"));
    EXPECT_EQ(ask("HEAD").status, 405);
    EXPECT_EQ(ask("OPTIONS").status, 204);
    EXPECT_EQ(ask("PUT").status, 405);
    EXPECT_EQ(runs_of(flow), 1U);
}

TEST_F(Webhooks, LoseAndDoubleNothingWhenTheServerIsKilled) {
    const std::string flow = hooked(R"({"callsPerMinute":10000})");
    for (int round = 0; round < 8; ++round) {
        const std::string id = "msg_" + std::to_string(round);
        Answer first;
        std::thread sender([&] {
            Client own(server);
            first = call(own, "/api/hooks/" + flow, standard_headers(secret, id, sent_body));
        });
        // Before it, in it or after it; every round at another moment.
        if (round % 2 == 0) {
            Client other(server);
            for (int i = 0; i < round; ++i) other.get("/healthz");
        } else {
            sender.join();
        }
        server.kill_hard();
        if (sender.joinable()) sender.join();
        server.start();
        const Answer again = signed_call(flow, id);
        ASSERT_EQ(again.status, 202) << again.body;
        if (first.status == 202) EXPECT_EQ(again.body, first.body);
        EXPECT_EQ(client.status_at_end(again.text("/runId")), "completed");
        EXPECT_EQ(runs_of(flow), static_cast<std::size_t>(round) + 1);
    }
}

}  // namespace
}  // namespace swiftgrid::e2e
