// Notifications that a workflow's own document asks for, through the real binary to a real server.

#include <filesystem>
#include <fstream>
#include <iterator>

#include "account_fixture.h"
#include "http_sink.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string hook_path = "/services/T0/hush-hush-key";
const std::string failing_script = "throw new Error('Connection timeout')";

class FlowNotifications : public AccountApi {
protected:
    void allow(const std::string& addresses) {
        const Answer set = client.put("/api/settings", R"({"allowEgress":[)" + addresses + R"(]})");
        ASSERT_EQ(set.status, 200) << set.body;
    }
    void keep_secret(const std::string& name, const std::string& value) {
        const Answer kept = client.put("/api/secrets/" + name,
                                       to_json(json::object{{"kind", "secret"}, {"value", value}}));
        ASSERT_TRUE(kept.status == 200 || kept.status == 201) << kept.body;
    }
    // `address` is that of a sink; the secret SLACK_HOOK leads there.
    void lead_to(const std::string& address) {
        allow("\"" + address + "\"");
        keep_secret("SLACK_HOOK", "http://" + address + hook_path);
    }
    static json::object entry(const std::string& type, const std::string& url,
                              bool enabled = true) {
        return {{"type", type},
                {"url", url},
                {"events", json::array{"run_failed"}},
                {"enabled", enabled}};
    }
    static json::object slack() { return entry("slack", "{{$env.SLACK_HOOK}}"); }

    std::string make(const std::string& document, json::array list) {
        json::object all = parse_json(document).value().as_object();
        all["notifications"] = std::move(list);
        return client.create_flow(to_json(all));
    }
    std::string failing_flow(json::array list) {
        const std::string flow = make(script_flow(failing_script, "Daily Report"), std::move(list));
        publish(flow);
        return flow;
    }
    void publish(const std::string& flow) {
        const Answer published =
            client.post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})");
        ASSERT_EQ(published.status, 201) << published.body;
    }
    void save(const std::string& flow, json::array list) {
        const std::string etag = client.get("/api/flows/" + flow).header("etag");
        const Answer saved = client.put("/api/flows/" + flow,
                                        to_json(json::object{{"notifications", std::move(list)}}),
                                        {"If-Match: " + etag});
        ASSERT_EQ(saved.status, 200) << saved.body;
    }
    std::string failed_run(const std::string& flow) {
        const std::string run = client.start_run(flow);
        EXPECT_EQ(client.status_at_end(run), "failed");
        return run;
    }
    static std::string log_path(const std::string& flow) {
        return "/api/flows/" + flow + "/notifications/deliveries";
    }
    std::size_t told(const std::string& flow) {
        return client.get(log_path(flow)).json().at("items").as_array().size();
    }
    // Once the newest message has this status.
    Answer newest(const std::string& flow, const std::string& status) {
        Answer list;
        EXPECT_TRUE(eventually([&] {
            list = client.get(log_path(flow));
            return list.body.contains("\"event\"") && list.text("/items/0/status") == status;
        })) << list.body;
        return list;
    }
    // Whoever hears of everything at once: with its message, what was noted before is looked at.
    void add_channel(const HttpSink& sink) {
        const Answer made =
            client.post("/api/notifications",
                        R"({"type":"webhook","name":"all","url":"http://)" + sink.address() +
                            R"(/","events":["run_failed"],"gatherSeconds":0})");
        ASSERT_EQ(made.status, 201) << made.body;
    }
};

TEST_F(FlowNotifications, GoToSlackAsPromisedAndTheSecretStaysOne) {
    HttpSink slack_server;
    lead_to(slack_server.address());
    const std::string flow = failing_flow({slack()});
    EXPECT_EQ(client.get("/api/flows/" + flow).text("/draftDirty"), "false");
    const std::string run = failed_run(flow);
    const auto sent = slack_server.next_request();
    ASSERT_TRUE(sent);
    EXPECT_THAT(sent->raw_head, HasSubstr("POST " + hook_path + " HTTP/1.1"));
    const std::string error = client.get("/api/runs/" + run).text("/run/error/message");
    EXPECT_EQ(sent->body, R"({"text":"⚠️ Workflow 'Daily Report' failed","attachments":[{)"
                          R"("color":"danger","fields":[{"title":"Run ID","value":")" +
                              run + R"(","short":true},{"title":"Error","value":")" + error +
                              R"(","short":false}]}]})");
    const Answer list = newest(flow, "delivered");
    EXPECT_EQ(list.text("/items/0/runId"), run);
    EXPECT_EQ(list.text("/items/0/attempts/0/status"), "200");
    EXPECT_EQ(list.text("/items/0/target/url"), "{{$env.SLACK_HOOK}}");
    const Answer all = client.get("/api/flow-notifications");
    EXPECT_EQ(all.text("/items/0/flowName"), "Daily Report");
    EXPECT_EQ(all.text("/items/0/lastDelivery/status"), "delivered");
    const Answer own = client.get("/api/flows/" + flow + "/notifications");
    EXPECT_EQ(own.text("/activeVersion"), "1");
    EXPECT_EQ(own.text("/items/0/id"), all.text("/items/0/id"));
    for (const Answer& answer :
         {list, all, own, client.get("/api/flows/" + flow),
          client.get("/api/flows/" + flow + "/export"), client.get("/api/runs/" + run)})
        EXPECT_THAT(answer.body, Not(HasSubstr("hush")));
    const Answer secrets = client.get("/api/secrets");
    EXPECT_EQ(secrets.text("/items/0/usedBy/0/flowId"), flow) << secrets.body;
    EXPECT_EQ(secrets.text("/items/0/usedBy/0/activeVersion"), "true");
    EXPECT_EQ(server.terminate(), 0);
    for (const auto& file : std::filesystem::directory_iterator(server.data_dir())) {
        std::ifstream in(file.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        EXPECT_FALSE(bytes.contains("hush-hush")) << file.path();
    }
    EXPECT_THAT(server.messages() + server.output(), Not(HasSubstr("hush")));
}

TEST_F(FlowNotifications, OutliveKillBetweenTheEndOfTheRunAndTheMessage) {
    HttpSink slack_server;
    lead_to(slack_server.address());
    const std::string flow = failing_flow({slack()});
    const std::string run = failed_run(flow);
    server.kill_hard();
    server.start();
    const auto body = slack_server.next_body();
    ASSERT_TRUE(body);
    EXPECT_THAT(*body, HasSubstr(run));
    const Answer list = newest(flow, "delivered");
    EXPECT_EQ(list.json().at("items").as_array().size(), 1U);
    EXPECT_EQ(list.json().at("items").at(0).at("attempts").as_array().size(), 1U);
}

TEST_F(FlowNotifications, AreThoseOfTheActiveVersionForEveryRun) {
    HttpSink before;
    HttpSink after;
    HttpSink everything;
    const std::string list =
        "\"" + before.address() + "\",\"" + after.address() + "\",\"" + everything.address() + "\"";
    allow(list);
    const std::string flow = failing_flow({entry("webhook", "http://" + before.address() + "/in")});
    save(flow, {entry("webhook", "http://" + after.address() + "/in")});
    EXPECT_EQ(client.get("/api/flows/" + flow).text("/draftDirty"), "true");
    const std::string first = failed_run(flow);
    EXPECT_THAT(before.next_body().value_or("nothing"), HasSubstr(first));
    newest(flow, "delivered");
    EXPECT_EQ(told(flow), 1U) << "what is not published tells nobody";

    publish(flow);
    // A run of the version before, too.
    const Answer started =
        client.post("/api/flows/" + flow + "/runs", R"({"input":null,"version":1})");
    ASSERT_EQ(started.status, 202) << started.body;
    EXPECT_THAT(after.next_body().value_or("nothing"), HasSubstr(started.text("/runId")));
    const Answer two = newest(flow, "delivered");
    EXPECT_EQ(told(flow), 2U);
    EXPECT_EQ(two.text("/items/0/target/url"), "http://" + after.address() + "/…");

    save(flow, {entry("webhook", "http://" + after.address() + "/in", false)});
    publish(flow);
    add_channel(everything);
    const std::string last = failed_run(flow);
    EXPECT_THAT(everything.next_body().value_or("nothing"), HasSubstr(last));
    EXPECT_EQ(told(flow), 2U) << "what is switched off hears of nothing";

    EXPECT_EQ(client.post("/api/flows/" + flow + "/rollback", R"({"version":1})").status, 200);
    EXPECT_EQ(client.get("/api/flows/" + flow + "/notifications").text("/items/0/url"),
              "http://" + before.address() + "/…");
}

TEST_F(FlowNotifications, AreGivenUpVisiblyAndSentAgainOnceItIsMended) {
    HttpSink slack_server;
    const std::string flow = failing_flow({slack()});
    const Answer checked =
        client.post("/api/flows/validate", client.get("/api/flows/" + flow + "/export").body);
    EXPECT_EQ(checked.text("/problems/0/code"), "unknown_secret") << checked.body;
    const std::string run = failed_run(flow);
    const Answer unknown = newest(flow, "failed");
    EXPECT_EQ(unknown.text("/items/0/attempts/0/status"), "null");
    EXPECT_THAT(unknown.text("/items/0/attempts/0/detail"), HasSubstr("SLACK_HOOK"));
    keep_secret("SLACK_HOOK", "http://" + slack_server.address() + hook_path);
    const std::string resend = log_path(flow) + "/" + unknown.text("/items/0/id") + "/resend";
    EXPECT_EQ(client.post(resend).status, 202);
    Answer refused;
    EXPECT_TRUE(eventually([&] {
        refused = client.get(log_path(flow));
        return refused.text("/items/0/status") == "failed" &&
               refused.body.contains("--allow-egress");
    })) << refused.body;
    EXPECT_THAT(refused.body, Not(HasSubstr("hush")));
    allow("\"" + slack_server.address() + "\"");
    EXPECT_EQ(client.post(resend).status, 202);
    EXPECT_THAT(slack_server.next_body().value_or("nothing"), HasSubstr(run));
    newest(flow, "delivered");
    const std::string viewer = add_token("viewer");
    expect_problem(as_stranger("POST", resend, {}, {viewer}), 403, "forbidden");
    EXPECT_EQ(as_stranger("GET", log_path(flow), {}, {viewer}).status, 200);
    save(flow, {});
    publish(flow);
    expect_problem(client.post(resend), 409, "conflict");
    const std::string nowhere = log_path(flow) + "/" + std::string(unknown_id) + "/resend";
    expect_problem(client.post(nowhere), 404, "not_found");
    expect_problem(client.get(log_path(std::string(unknown_id))), 404, "not_found");
    EXPECT_EQ(client.del("/api/flows/" + flow).status, 204);
    expect_problem(client.get(log_path(flow)), 404, "not_found");
}

TEST_F(FlowNotifications, AreNotToldOfRunsThatOthersStarted) {
    HttpSink everything;
    allow("\"" + everything.address() + "\"");
    const std::string child =
        failing_flow({entry("webhook", "http://" + everything.address() + "/child")});
    const std::string parent =
        make(calling_flow(child), {entry("webhook", "http://" + everything.address() + "/parent")});
    publish(parent);
    const std::string run = failed_run(parent);
    const auto sent = everything.next_request();
    ASSERT_TRUE(sent);
    EXPECT_THAT(sent->raw_head, HasSubstr("POST /parent "));
    EXPECT_THAT(sent->body, HasSubstr(run));
    newest(parent, "delivered");
    EXPECT_EQ(told(child), 0U);
}

TEST_F(FlowNotifications, AreRefusedWithTheMemberThatIsWrong) {
    const std::string flow =
        make(script_flow("return 1"), {entry("slack", "{{$trigger.url}}"), slack()});
    const Answer refused =
        client.post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})");
    expect_problem(refused, 422, "invalid_document");
    EXPECT_EQ(refused.text("/errors/0/pointer"), "/notifications/0/url");
    EXPECT_EQ(refused.text("/errors/0/code"), "placeholder_not_here");
    EXPECT_EQ(client.get("/api/flows/" + flow + "/notifications").text("/items"), "[]");
}

}  // namespace
}  // namespace swiftgrid::e2e
