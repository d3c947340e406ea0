// Notifications through the real binary to a real server: the bytes that were promised, signed,
// once for a burst, again after failures and after kill -9, and never to where it may not go.

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <mutex>
#include <set>

#include "account_fixture.h"
#include "http_sink.h"
#include "webhook_signing.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string hidden_path = "/services/T0/hush-hush-key";

class Notifications : public AccountApi {
protected:
    void allow(const std::string& address) {
        const Answer set = client.put("/api/settings", R"({"allowEgress":[")" + address + R"("]})");
        ASSERT_EQ(set.status, 200) << set.body;
    }
    static std::string channel(const std::string& address, const std::string& type,
                               const std::string& more) {
        return R"({"type":")" + type + R"(","name":"ops","url":"http://)" + address + hidden_path +
               R"(",)" + more + "}";
    }
    // Gives the answer, with the channel's id.
    Answer make(const std::string& address, const std::string& type,
                const std::string& more = R"("events":["run_failed"],"gatherSeconds":0)") {
        allow(address);
        const Answer made = client.post("/api/notifications", channel(address, type, more));
        EXPECT_EQ(made.status, 201) << made.body;
        return made;
    }
    static std::string path_of(const Answer& made) {
        return "/api/notifications/" + made.text("/id");
    }
    std::string failing_flow() {
        return client.create_flow(
            script_flow("throw new Error('Connection timeout')", "Daily Report"));
    }
    std::string failed_run(const std::string& flow) {
        const std::string run = client.start_run(flow);
        EXPECT_EQ(client.status_at_end(run), "failed");
        return run;
    }
    std::string error_of(const std::string& run) {
        return client.get("/api/runs/" + run).text("/run/error/message");
    }
    // The newest message once its status is this one.
    Answer message(const Answer& made, const std::string& status) {
        Answer list;
        EXPECT_TRUE(eventually([&] {
            list = client.get(path_of(made) + "/deliveries");
            return list.body.contains("\"event\"") && list.text("/items/0/status") == status;
        })) << list.body;
        return list;
    }
    static std::string header(const HttpSink::Request& request, const std::string& name) {
        const auto at = request.raw_head.find("\r\n" + name + ": ");
        if (at == std::string::npos) return "";
        const auto begin = at + name.size() + 4;
        return request.raw_head.substr(begin, request.raw_head.find("\r\n", begin) - begin);
    }
};

TEST_F(Notifications, GoToSlackAsPromised) {
    HttpSink slack;
    const Answer made = make(slack.address(), "slack");
    const std::string run = failed_run(failing_flow());
    const auto sent = slack.next_request();
    ASSERT_TRUE(sent);
    EXPECT_THAT(sent->raw_head, HasSubstr("POST " + hidden_path + " HTTP/1.1"));
    EXPECT_EQ(header(*sent, "Content-Type"), "application/json");
    EXPECT_EQ(sent->body, R"({"text":"⚠️ Workflow 'Daily Report' failed","attachments":[{)"
                          R"("color":"danger","fields":[{"title":"Run ID","value":")" +
                              run + R"(","short":true},{"title":"Error","value":")" +
                              error_of(run) + R"(","short":false}]}]})");
    const Answer list = message(made, "delivered");
    EXPECT_EQ(list.text("/items/0/runId"), run);
    EXPECT_EQ(list.text("/items/0/attempts/0/status"), "200");
    EXPECT_EQ(client.get(path_of(made)).text("/lastDelivery/status"), "delivered");
}

TEST_F(Notifications, GoToDiscordAsPromised) {
    HttpSink discord;
    make(discord.address(), "discord");
    const std::string run = failed_run(failing_flow());
    const auto sent = discord.next_request();
    ASSERT_TRUE(sent);
    EXPECT_THAT(sent->raw_head, HasSubstr("POST " + hidden_path + "?wait=true HTTP/1.1"));
    EXPECT_EQ(sent->body, R"({"content":"⚠️ Workflow 'Daily Report' failed","embeds":[{)"
                          R"("color":15158332,"fields":[{"name":"Run ID","value":")" +
                              run + R"(","inline":true},{"name":"Error","value":")" +
                              error_of(run) + R"("}]}]})");
}

TEST_F(Notifications, GoToWebhooksAsPromisedAndSigned) {
    HttpSink service;
    const Answer made = make(service.address(), "webhook");
    const std::string flow = failing_flow();
    const std::string run = failed_run(flow);
    const auto sent = service.next_request();
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->body, R"({"event":"run_failed","workflow_id":")" + flow +
                              R"(","workflow_name":"Daily Report","run_id":")" + run +
                              R"(","error":")" + error_of(run) + R"(","timestamp":")" +
                              client.get("/api/runs/" + run).text("/run/completedAt") + R"("})");
    // Verified with the tests' own implementation of Standard Webhooks.
    const std::string id = header(*sent, "webhook-id");
    EXPECT_EQ(id, message(made, "delivered").text("/items/0/id"));
    const auto seconds = std::stoll(header(*sent, "webhook-timestamp"));
    EXPECT_LE(std::abs(seconds_now() - seconds), 60);
    EXPECT_THAT(standard_headers(made.text("/secret"), id, sent->body, seconds),
                testing::Contains("webhook-signature: " + header(*sent, "webhook-signature")));

    const Answer rotated = client.post(path_of(made) + "/rotate-secret", R"({"overlapHours":1})");
    EXPECT_EQ(rotated.status, 200) << rotated.body;
    EXPECT_EQ(client.post(path_of(made) + "/test").text("/status"), "delivered");
    const auto tested = service.next_request();
    ASSERT_TRUE(tested);
    const std::string both = header(*tested, "webhook-signature");
    for (const std::string& secret : {made.text("/secret"), rotated.text("/secret")}) {
        const auto headers = standard_headers(secret, header(*tested, "webhook-id"), tested->body,
                                              std::stoll(header(*tested, "webhook-timestamp")));
        EXPECT_THAT(headers, testing::Contains(testing::Truly([&](const std::string& each) {
                        const std::string name = "webhook-signature: ";
                        return each.starts_with(name) && both.contains(each.substr(name.size()));
                    })));
    }
}

TEST_F(Notifications, AreOneForABurst) {
    HttpSink service;
    const Answer made =
        make(service.address(), "webhook", R"("events":["run_failed"],"gatherSeconds":10)");
    const std::string flow = failing_flow();
    for (int i = 0; i < 20; ++i) client.start_run(flow);
    EXPECT_THAT(service.next_body().value_or("nothing"), HasSubstr(R"("count":20)"));
    const Answer list = message(made, "delivered");
    EXPECT_EQ(list.json().at("items").as_array().size(), 1U);
    EXPECT_EQ(list.text("/items/0/count"), "20");
}

TEST_F(Notifications, AreTriedAgainWithTheSameId) {
    std::mutex mutex;
    std::vector<std::string> ids;
    HttpSink service([&](const HttpSink::Request& request) -> HttpSink::Reply {
        const std::lock_guard lock(mutex);
        ids.push_back(header(request, "webhook-id"));
        if (ids.size() == 1) return 500;
        if (ids.size() == 2) return {429, "Retry-After: 0\r\n", R"({"message":"slow down"})"};
        return 204;
    });
    const Answer made = make(service.address(), "webhook");
    failed_run(failing_flow());
    const Answer list = message(made, "delivered");
    EXPECT_EQ(list.text("/items/0/attempts/0/status"), "500");
    EXPECT_THAT(list.text("/items/0/attempts/1/detail"), HasSubstr("slow down"));
    EXPECT_EQ(list.text("/items/0/attempts/1/status"), "429");
    EXPECT_EQ(list.text("/items/0/attempts/2/status"), "204");
    const std::lock_guard lock(mutex);
    EXPECT_THAT(ids, testing::ElementsAre(list.text("/items/0/id"), ids[0], ids[0]));
}

TEST_F(Notifications, OutliveKillBetweenTheEndOfTheRunAndTheMessage) {
    HttpSink service;
    const Answer made =
        make(service.address(), "webhook", R"("events":["run_failed"],"gatherSeconds":2)");
    const std::string run = failed_run(failing_flow());
    server.kill_hard();
    server.start();
    const auto body = service.next_body();
    ASSERT_TRUE(body);
    EXPECT_THAT(*body, HasSubstr(run));
    EXPECT_EQ(message(made, "delivered").json().at("items").as_array().size(), 1U);
}

TEST_F(Notifications, OutliveKillAtTheVeryEndOfARun) {
    HttpSink service;
    make(service.address(), "webhook", R"("events":["run_failed"],"gatherSeconds":0)");
    const std::string flow = failing_flow();
    // Nobody waits for the notifier, and the answer of the start may be all there was time for.
    std::vector<std::string> failed;
    for (int i = 0; i < 5; ++i) {
        const std::string run = client.start_run(flow);
        server.kill_hard();
        server.start();
        EXPECT_EQ(client.status_at_end(run), "failed");
        failed.push_back(run);
    }
    std::set<std::string> told;
    while (told.size() < failed.size()) {
        const auto body = service.next_body();
        ASSERT_TRUE(body) << told.size() << " of " << failed.size();
        told.insert(std::string(parse_json(*body).value().at("run_id").as_string()));
    }
    EXPECT_THAT(told, testing::UnorderedElementsAreArray(failed));
}

TEST_F(Notifications, GoOutAgainWhenKillCutTheAnswer) {
    std::promise<void> arrived;
    std::promise<void> killed;
    std::mutex mutex;
    std::vector<HttpSink::Request> taken;
    HttpSink service([&](const HttpSink::Request& request) -> HttpSink::Reply {
        bool is_first = false;
        {
            const std::lock_guard lock(mutex);
            is_first = taken.empty();
            taken.push_back(request);
        }
        if (is_first) {
            arrived.set_value();
            killed.get_future().wait();
        }
        return 200;
    });
    const Answer made = make(service.address(), "webhook");
    failed_run(failing_flow());
    arrived.get_future().wait();
    server.kill_hard();
    killed.set_value();
    server.start();
    message(made, "delivered");
    const std::lock_guard lock(mutex);
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(header(taken[0], "webhook-id"), header(taken[1], "webhook-id"));
    EXPECT_EQ(taken[0].body, taken[1].body);
}

TEST_F(Notifications, GoNowhereThatIsNotAllowed) {
    HttpSink service;
    const Answer made = make(service.address(), "webhook");
    ASSERT_EQ(client.put("/api/settings", R"({"allowEgress":[]})").status, 200);
    const Answer tested = client.post(path_of(made) + "/test");
    EXPECT_EQ(tested.status, 200);
    EXPECT_EQ(tested.text("/status"), "failed");
    EXPECT_EQ(tested.text("/attempts/0/status"), "null");
    EXPECT_THAT(tested.text("/attempts/0/detail"), HasSubstr("--allow-egress"));
    failed_run(failing_flow());
    Answer list;
    EXPECT_TRUE(eventually([&] {
        list = client.get(path_of(made) + "/deliveries");
        return list.text("/items/0/event") == "run_failed" &&
               list.text("/items/0/status") == "failed";
    })) << list.body;
    // What was refused can go out once the address is open.
    allow(service.address());
    EXPECT_EQ(
        client.post(path_of(made) + "/deliveries/" + list.text("/items/0/id") + "/resend").status,
        202);
    EXPECT_THAT(service.next_body().value_or("nothing"), HasSubstr("Connection timeout"));
    message(made, "delivered");
}

TEST_F(Notifications, TestsSayWhatTheOtherSideSaid) {
    HttpSink slack([](const HttpSink::Request&) -> HttpSink::Reply {
        return {404, "", "no_service for " + hidden_path};
    });
    const Answer made = make(slack.address(), "slack");
    const Answer tested = client.post(path_of(made) + "/test");
    EXPECT_EQ(tested.text("/event"), "test");
    EXPECT_EQ(tested.text("/status"), "failed");
    EXPECT_EQ(tested.text("/attempts/0/status"), "404");
    EXPECT_EQ(tested.text("/attempts/0/detail"), "no_service for [redacted]");
    EXPECT_EQ(message(made, "failed").text("/items/0/id"), tested.text("/id"));
}

TEST_F(Notifications, TellOfRecoveryOfSlownessAndOfWaiting) {
    HttpSink service;
    make(service.address(), "webhook", R"("events":["run_recovered"],"gatherSeconds":0)");
    make(service.address(), "webhook",
         R"("events":["run_waiting"],"waitingLongerThanMs":1000,"gatherSeconds":0)");
    const std::string flow =
        client.create_flow(script_flow("if (input) throw new Error('x'); return 1"));
    const std::string failed = client.start_run(flow, "true");
    EXPECT_EQ(client.status_at_end(failed), "failed");
    const std::string completed = client.start_run(flow, "false");
    EXPECT_EQ(client.status_at_end(completed), "completed");
    const auto recovery = service.next_body();
    ASSERT_TRUE(recovery);
    EXPECT_THAT(*recovery, HasSubstr(R"("event":"run_recovered")"));
    EXPECT_THAT(*recovery, HasSubstr(completed));

    const std::string waiting = client.start_run(client.create_flow(delay_flow(600'000)));
    const auto wait = service.next_body();
    ASSERT_TRUE(wait);
    EXPECT_THAT(*wait, HasSubstr(R"("event":"run_waiting")"));
    EXPECT_THAT(*wait, HasSubstr(waiting));

    make(service.address(), "webhook",
         R"("events":["run_slow"],"slowerThanMs":1,"gatherSeconds":0)");
    const std::string slow = client.start_run(client.create_flow(delay_flow(50)));
    const auto late = service.next_body();
    ASSERT_TRUE(late);
    EXPECT_THAT(*late, HasSubstr(R"("event":"run_slow")"));
    EXPECT_THAT(*late, HasSubstr(slow));
}

TEST_F(Notifications, HideTheAddressEverywhere) {
    HttpSink service;
    const Answer made = make(service.address(), "webhook");
    EXPECT_EQ(made.text("/url"), "http://" + service.address() + "/…");
    EXPECT_THAT(made.text("/secret"), testing::StartsWith("whsec_"));
    client.post(path_of(made) + "/test");
    const Answer changed =
        client.put(path_of(made), R"({"name":"on call","events":["run_failed","run_cancelled"]})");
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.text("/name"), "on call");
    EXPECT_EQ(client.post(path_of(made) + "/test").text("/status"), "delivered")
        << "the address is kept";
    const std::string signing = made.text("/secret");
    for (const std::string& path :
         {std::string("/api/notifications"), path_of(made), path_of(made) + "/deliveries",
          std::string("/api/audit"), std::string("/api/secrets")}) {
        const Answer read = client.get(path);
        EXPECT_EQ(read.status, 200) << path;
        EXPECT_THAT(read.body, Not(HasSubstr("hush"))) << path;
        EXPECT_THAT(read.body, Not(HasSubstr(signing))) << path;
    }
    EXPECT_THAT(client.get("/api/audit").body, HasSubstr("NOTIFICATION_CHANNEL_CREATED"));
    EXPECT_EQ(server.terminate(), 0);
    for (const auto& file : std::filesystem::directory_iterator(server.data_dir())) {
        std::ifstream in(file.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        EXPECT_FALSE(bytes.contains("hush-hush")) << file.path();
    }
    EXPECT_THAT(server.messages() + server.output(), Not(HasSubstr("hush")));
    server.start();
    EXPECT_EQ(client.post(path_of(made) + "/test").text("/status"), "delivered");
    EXPECT_EQ(client.del(path_of(made)).status, 204);
    expect_problem(client.get(path_of(made)), 404, "not_found");
    EXPECT_EQ(client.get("/api/notifications").text("/items"), "[]");
}

TEST_F(Notifications, AreListedPageByPage) {
    HttpSink service;
    for (int i = 0; i < 3; ++i) make(service.address(), "webhook");
    const Answer first = client.get("/api/notifications?limit=2");
    EXPECT_EQ(first.json().at("items").as_array().size(), 2U);
    const Answer second =
        client.get("/api/notifications?limit=2&cursor=" + first.text("/nextCursor"));
    EXPECT_EQ(second.json().at("items").as_array().size(), 1U);
    EXPECT_EQ(second.text("/nextCursor"), "null");
    EXPECT_LT(first.text("/items/1/id"), second.text("/items/0/id"));
    EXPECT_EQ(second.text("/items/0/lastDelivery"), "null");
    EXPECT_EQ(client.get("/api/notifications?cursor=" + second.text("/items/0/id")).status, 400);
    EXPECT_EQ(client.get("/api/notifications?limit=0").status, 400);
}

TEST_F(Notifications, AreTheOwnersToChange) {
    HttpSink service;
    const Answer made = make(service.address(), "webhook");
    const std::string editor = add_token("editor");
    const std::string body = channel(service.address(), "webhook", R"("events":["run_failed"])");
    const auto as_editor = [&](const std::string& method, const std::string& path) {
        std::optional<std::string> content;
        if (method != "GET") content = body;
        return as_stranger(method, path, content, {editor});
    };
    EXPECT_EQ(as_editor("GET", "/api/notifications").status, 200);
    EXPECT_EQ(as_editor("GET", path_of(made) + "/deliveries").status, 200);
    expect_problem(as_editor("POST", "/api/notifications"), 403, "forbidden");
    expect_problem(as_editor("PUT", path_of(made)), 403, "forbidden");
    expect_problem(as_editor("DELETE", path_of(made)), 403, "forbidden");
    expect_problem(as_editor("POST", path_of(made) + "/test"), 403, "forbidden");
}

TEST_F(Notifications, AreRefusedWithTheMemberThatIsWrong) {
    const Answer wrong = client.post(
        "/api/notifications",
        R"({"type":"slack","name":"a","url":"http://x","events":["run_slow","nonsense"]})");
    expect_problem(wrong, 422, "invalid_document");
    EXPECT_EQ(wrong.text("/errors/0/pointer"), "/events/1");
    EXPECT_EQ(wrong.text("/errors/1/pointer"), "/slowerThanMs");
    const Answer stranger = client.post(
        "/api/notifications",
        R"({"type":"slack","name":"a","url":"http://x","events":["run_failed"],"flowIds":[")" +
            std::string(unknown_id) + R"("]})");
    expect_problem(stranger, 422, "invalid_document");
    EXPECT_EQ(stranger.text("/errors/0/pointer"), "/flowIds");
    const std::string nowhere = "/api/notifications/" + std::string(unknown_id);
    expect_problem(client.get(nowhere), 404, "not_found");
    expect_problem(client.post(nowhere + "/test"), 404, "not_found");
    expect_problem(client.del(nowhere), 404, "not_found");
    expect_problem(client.post(nowhere + "/rotate-secret"), 404, "not_found");
    expect_problem(client.get("/api/notifications/nonsense"), 400, "bad_request");
    expect_problem(client.post("/api/notifications", "[]"), 400, "bad_request");
}

}  // namespace
}  // namespace swiftgrid::e2e
