// Runs as traces, from the real server to a real collector: who is whose child, what servers that
// are asked learn, what a crash changes (nothing), and what never gets out.

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "api_fixture.h"
#include "child_process.h"
#include "temp_folder.h"
#include "trace_collector.h"
#include "webhook_signing.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string outer_trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string outer_span = "00f067aa0ba902b7";
const std::string outer = "traceparent: 00-" + outer_trace + "-" + outer_span + "-01";

constexpr std::int64_t internal_kind = 1;
constexpr std::int64_t server_kind = 2;
constexpr std::int64_t client_kind = 3;

// Somebody else's service, which remembers the headers it was sent.
class Service {
public:
    explicit Service(std::vector<int> statuses = {})
        : statuses_(std::move(statuses)), sink_([this](const auto& request) {
              const std::lock_guard lock(mutex_);
              heads_.push_back(request.head);
              return heads_.size() <= statuses_.size() ? statuses_[heads_.size() - 1] : 200;
          }) {}

    std::string address() const { return sink_.address(); }
    // The header of each request; "" when it had none.
    std::vector<std::string> traceparents() {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> all;
        for (const std::string& head : heads_) {
            const std::string name = "traceparent: ";
            const auto at = head.find(name);
            all.push_back(at == std::string::npos ? "" : head.substr(at + name.size(), 55));
        }
        return all;
    }

private:
    std::mutex mutex_;
    std::vector<int> statuses_;
    std::vector<std::string> heads_;
    HttpSink sink_;
};

std::string asking_flow(const std::string& url, const std::string& more = "") {
    return R"({"name":"Ask a service","graph":{"edges":[],"nodes":[{"id":"ask",)"
           R"("type":"http-request","position":{"x":0,"y":0},"data":{"label":"Ask","url":")" +
           url + R"(")" + more + "}}]}}";
}

const SeenSpan& span_named(const std::vector<SeenSpan>& spans, const std::string& name) {
    static const SeenSpan none;
    for (const SeenSpan& span : spans)
        if (span.name == name) return span;
    ADD_FAILURE() << "no span " << name << " among " << spans.size();
    return none;
}

class Traces : public testing::Test {
protected:
    void SetUp() override { start({}); }

    void start(const std::vector<std::string>& variables) {
        auto wrapper = collector.environment();
        wrapper.insert(wrapper.end(), variables.begin(), variables.end());
        server = std::make_unique<ServerProcess>(
            ServerSetup{.flags = {"--allow-egress", service.address()}, .wrapper = wrapper});
        client = std::make_unique<Client>(*server);
    }

    std::string start_run(const std::string& flow, const std::vector<std::string>& headers,
                          const std::string& input = "null") {
        const Answer answer =
            client->post("/api/flows/" + flow + "/runs", R"({"input":)" + input + "}", headers);
        EXPECT_EQ(answer.status, 202) << answer.body;
        return answer.text("/runId");
    }
    std::string ask(const std::string& path, const std::vector<std::string>& headers = {},
                    const std::string& more = "") {
        const std::string flow =
            client->create_flow(asking_flow("http://" + service.address() + path, more));
        return start_run(flow, headers);
    }

    TraceCollector collector;
    Service service;
    std::unique_ptr<ServerProcess> server;
    std::unique_ptr<Client> client;
};

std::string without_dashes(std::string id) {
    std::erase(id, '-');
    return id;
}

TEST_F(Traces, AreRunsWithAttemptsAndReachTheServersThatAreAsked) {
    const std::string run = ask("/things?page=2");
    EXPECT_EQ(client->status_at_end(run), "completed");
    const auto spans = collector.spans_of(run, 2);
    const SeenSpan& whole = span_named(spans, "run Ask a service");
    const SeenSpan& attempt = span_named(spans, "ask");
    EXPECT_EQ(whole.trace, without_dashes(run));
    EXPECT_EQ(whole.parent, "");
    EXPECT_EQ(whole.kind, internal_kind);
    EXPECT_EQ(whole.attribute("swiftgrid.run.trigger"), "manual");
    EXPECT_EQ(whole.attribute("swiftgrid.run.status"), "completed");
    EXPECT_EQ(attempt.trace, whole.trace);
    EXPECT_EQ(attempt.parent, whole.id);
    EXPECT_EQ(attempt.kind, client_kind);
    EXPECT_GE(attempt.began_ms, whole.began_ms);
    EXPECT_LE(attempt.ended_ms, whole.ended_ms);
    EXPECT_EQ(attempt.attribute("http.request.method"), "GET");
    EXPECT_EQ(attempt.attribute("url.full"), "http://" + service.address() + "/things");
    EXPECT_EQ(attempt.attribute("server.address"), "127.0.0.1");
    EXPECT_EQ(attempt.attribute("http.response.status_code"), "200");
    EXPECT_EQ(attempt.error, "");
    EXPECT_THAT(service.traceparents(),
                testing::ElementsAre("00-" + whole.trace + "-" + attempt.id + "-01"));
    EXPECT_THAT(collector.heads().at(0), HasSubstr("post /v1/traces"));
    EXPECT_THAT(collector.text(),
                HasSubstr(R"("service.name","value":{"stringValue":"swiftgrid"})"));
}

TEST_F(Traces, ArePartOfTheTraceOfWhoeverAsksForTheRun) {
    const std::string run = ask("/", {outer});
    const auto spans = collector.spans_of(run, 2);
    const SeenSpan& whole = span_named(spans, "run Ask a service");
    EXPECT_EQ(whole.trace, outer_trace);
    EXPECT_EQ(whole.parent, outer_span);
    EXPECT_EQ(whole.kind, server_kind);
    EXPECT_EQ(span_named(spans, "ask").trace, outer_trace);
    EXPECT_THAT(service.traceparents().at(0), HasSubstr("00-" + outer_trace + "-"));

    const std::string other = ask("/", {"traceparent: 00-garbage"});
    const auto others = collector.spans_of(other, 2);
    EXPECT_EQ(span_named(others, "run Ask a service").trace, without_dashes(other));
}

TEST_F(Traces, ArePartOfTheTraceOfWhoeverCallsATool) {
    const std::string flow = client->create_flow(asking_flow("http://" + service.address() + "/"));
    ASSERT_EQ(client->post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})").status,
              201);
    ASSERT_EQ(
        client->put("/api/flows/" + flow + "/tool", R"({"enabled":true,"name":"ask"})").status,
        200);
    const Answer answer = client->post(
        "/mcp",
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask","arguments":{}}})",
        {outer});
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::value meta = answer.json().at("result").at("_meta");
    const std::string run(meta.at("swiftgrid/runId").as_string());
    const auto spans = collector.spans_of(run, 2);
    const SeenSpan& whole = span_named(spans, "run Ask a service");
    EXPECT_EQ(whole.trace, outer_trace);
    EXPECT_EQ(whole.parent, outer_span);
    EXPECT_EQ(whole.kind, server_kind);
    EXPECT_THAT(service.traceparents().at(0), HasSubstr("00-" + outer_trace + "-"));
}

TEST_F(Traces, ShowRetriesAsSiblingsAndWhatWentWrong) {
    Service busy({503, 503});
    server.reset();
    server = std::make_unique<ServerProcess>(ServerSetup{
        .flags = {"--allow-egress", busy.address()}, .wrapper = collector.environment()});
    Client asking(*server);
    const std::string flow = asking.create_flow(asking_flow(
        "http://" + busy.address() + "/", R"(,"retry":{"maxRetries":3,"backoffMs":1})"));
    const std::string run = asking.start_run(flow);
    EXPECT_EQ(asking.status_at_end(run), "completed");
    const auto spans = collector.spans_of(run, 4);
    ASSERT_EQ(spans.size(), 4u);
    const std::string parent = span_named(spans, "run Ask a service").id;
    std::set<std::string> ids;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        const SeenSpan& span = spans.at(static_cast<std::size_t>(attempt) - 1);
        EXPECT_EQ(span.attribute("swiftgrid.node.attempt"), std::to_string(attempt));
        EXPECT_EQ(span.parent, parent);
        EXPECT_EQ(span.error, attempt < 3 ? "http_status" : "");
        EXPECT_EQ(span.attribute("http.response.status_code"), attempt < 3 ? "503" : "200");
        EXPECT_EQ(busy.traceparents().at(static_cast<std::size_t>(attempt) - 1),
                  "00-" + span.trace + "-" + span.id + "-01");
        ids.insert(span.id);
    }
    EXPECT_EQ(ids.size(), 3u);
}

TEST_F(Traces, HoldTheRunsThatARunCalls) {
    const std::string child = client->create_flow(script_flow("return 1", "Child"));
    EXPECT_EQ(client->post("/api/flows/" + child + "/publish", R"({"changeSummary":""})").status,
              201);
    const std::string run = start_run(client->create_flow(calling_flow(child)), {outer}, "1");
    EXPECT_EQ(client->status_at_end(run), "completed");
    const auto spans = collector.spans_of(run, 2);
    const SeenSpan& call = span_named(spans, "call");
    const std::string called = client->get("/api/runs?trigger=subflow").text("/items/0/id");
    const auto below = collector.spans_of(called, 2);
    const SeenSpan& whole = span_named(below, "run Child");
    EXPECT_EQ(whole.trace, outer_trace);
    EXPECT_EQ(whole.parent, call.id);
    EXPECT_EQ(whole.kind, internal_kind);
    EXPECT_EQ(whole.attribute("swiftgrid.run.parent_id"), run);
    EXPECT_EQ(span_named(below, "script").parent, whole.id);

    const std::string map = start_run(client->create_flow(map_flow(child)), {}, "[1,2]");
    EXPECT_EQ(client->status_at_end(map), "completed");
    const SeenSpan each = span_named(collector.spans_of(map, 2), "each");
    const json::value items = client->get("/api/runs?trigger=map").json();
    for (const json::value& item : items.at("items").as_array()) {
        const auto item_spans = collector.spans_of(std::string(item.at("id").as_string()), 2);
        EXPECT_EQ(span_named(item_spans, "run Child").parent, each.id);
        EXPECT_EQ(span_named(item_spans, "run Child").trace, without_dashes(map));
    }
}

TEST_F(Traces, ComeWithWebhooks) {
    const std::string flow = client->create_flow(script_flow("return input", "Hooked"));
    EXPECT_EQ(client->post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})").status,
              201);
    const Answer set = client->put("/api/flows/" + flow + "/webhook",
                                   R"({"enabled":true,"requireSignature":true})");
    ASSERT_EQ(set.status, 200) << set.body;
    auto headers = standard_headers(set.text("/secret"), "m1", "{}");
    headers.push_back(outer);
    headers.emplace_back("Content-Type: application/json");
    const Answer called = client->send({.method = "POST",
                                        .path = "/api/hooks/" + flow,
                                        .body = "{}",
                                        .headers = headers,
                                        .with_token = false});
    ASSERT_EQ(called.status, 202) << called.body;
    const auto spans = collector.spans_of(called.text("/runId"), 2);
    EXPECT_EQ(span_named(spans, "run Hooked").parent, outer_span);
    EXPECT_EQ(span_named(spans, "run Hooked").attribute("swiftgrid.run.trigger"), "webhook");
}

TEST_F(Traces, AreTheSameAfterACrash) {
    const std::string flow = client->create_flow(
        R"({"name":"Wait and ask","graph":{"nodes":[{"id":"wait","type":"delay",)"
        R"("position":{"x":0,"y":0},"data":{"label":"Wait","delayMs":1500}},{"id":"ask",)"
        R"("type":"http-request","position":{"x":0,"y":0},"data":{"label":"Ask","url":"http://)" +
        service.address() + R"(/"}}],"edges":[{"id":"e","source":"wait","target":"ask"}]}})");
    const std::string run = start_run(flow, {outer});
    ASSERT_TRUE(eventually(
        [&] { return client->get("/api/runs/" + run).text("/run/status") == "suspended"; }));
    server->kill_hard();
    server->start();
    Client again(*server);
    EXPECT_EQ(again.status_at_end(run), "completed");
    const auto spans = collector.spans_of(run, 3);
    // Whose name the server may not know again yet.
    const auto whole_run = std::ranges::find_if(spans, [](const SeenSpan& span) {
        return !span.attribute("swiftgrid.run.status").empty();
    });
    ASSERT_NE(whole_run, spans.end());
    const SeenSpan& whole = *whole_run;
    EXPECT_EQ(whole.trace, outer_trace);
    EXPECT_EQ(whole.parent, outer_span);
    EXPECT_EQ(span_named(spans, "wait").parent, whole.id);
    EXPECT_GE(span_named(spans, "wait").ended_ms - span_named(spans, "wait").began_ms, 1'500);
    EXPECT_EQ(service.traceparents().at(0),
              "00-" + outer_trace + "-" + span_named(spans, "ask").id + "-01");
}

TEST_F(Traces, HoldNoSecrets) {
    const std::string secret = "s3cr3t-value-of-ours";
    ASSERT_EQ(
        client
            ->post("/api/secrets", R"({"name":"KEY","kind":"secret","value":")" + secret + R"("})")
            .status,
        201);
    const std::string run =
        ask("/{{$env.KEY}}/x?key={{$env.KEY}}", {},
            R"(,"headers":{"X-Key":"{{$env.KEY}}"},"method":"POST","body":{"k":"{{$env.KEY}}"})");
    EXPECT_EQ(client->status_at_end(run), "completed");
    const std::string script =
        start_run(client->create_flow(script_flow("throw new Error('people@example.com')")), {});
    EXPECT_EQ(client->status_at_end(script), "failed");
    EXPECT_EQ(span_named(collector.spans_of(script, 2), "script").error, "script_error");
    EXPECT_EQ(collector.spans_of(run, 2).size(), 2u);
    EXPECT_THAT(collector.text(), Not(HasSubstr(secret)));
    EXPECT_THAT(collector.text(), Not(HasSubstr("people@example.com")));
    EXPECT_THAT(collector.text(), HasSubstr("[redacted]"));
}

TEST_F(Traces, AreCountedInTheMetrics) {
    const std::string run = ask("/");
    EXPECT_EQ(collector.spans_of(run, 2).size(), 2u);
    EXPECT_TRUE(eventually([&] {
        return client->get("/metrics")
                   .body.find("\nswiftgrid_trace_spans_total{outcome=\"sent\"} 2\n") !=
               std::string::npos;
    }));
}

TEST_F(Traces, AreOnlyPassedOnWhenTheyAreNotRecorded) {
    server.reset();
    start({"OTEL_TRACES_SAMPLER=always_off"});
    const std::string run = ask("/", {outer});
    EXPECT_EQ(client->status_at_end(run), "completed");
    EXPECT_TRUE(service.traceparents().at(0).starts_with("00-" + outer_trace + "-"));
    EXPECT_TRUE(service.traceparents().at(0).ends_with("-00"));
    // Ending, the server sends whatever it has.
    EXPECT_EQ(server->terminate(), 0);
    EXPECT_EQ(collector.text(), "");
}

TEST_F(Traces, LeaveWithTheServerThatEnds) {
    server.reset();
    start({"OTEL_BSP_SCHEDULE_DELAY=3600000", "OTEL_SERVICE_NAME=grid"});
    const std::string run = ask("/");
    EXPECT_EQ(client->status_at_end(run), "completed");
    EXPECT_EQ(server->terminate(), 0);
    EXPECT_EQ(collector.spans_of(run, 2).size(), 2u);
    EXPECT_THAT(collector.text(), HasSubstr(R"("service.name","value":{"stringValue":"grid"})"));
}

TEST(TracesOff, ArePartOfNothing) {
    Service service;
    ServerProcess server{{.flags = {"--allow-egress", service.address()}}};
    Client client(server);
    const std::string flow = client.create_flow(asking_flow("http://" + service.address() + "/"));
    const Answer started = client.post("/api/flows/" + flow + "/runs", "{}", {outer});
    EXPECT_EQ(client.status_at_end(started.text("/runId")), "completed");
    EXPECT_THAT(service.traceparents(), testing::ElementsAre(""));
}

TEST(TracesWithoutACollector, HoldUpNoRun) {
    ServerProcess server{
        {.wrapper = {"/usr/bin/env", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1",
                     "OTEL_BSP_SCHEDULE_DELAY=1", "OTEL_BSP_MAX_QUEUE_SIZE=4"}}};
    Client client(server);
    const std::string flow = client.create_flow(three_step_flow());
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(client.status_at_end(client.start_run(flow, R"({"n":1})")), "completed");
    const std::string metrics = client.get("/metrics").body;
    EXPECT_EQ(metrics.find("swiftgrid_trace_spans_total{outcome=\"dropped\"} 0\n"),
              std::string::npos)
        << "80 spans have no room where 4 may wait";
    EXPECT_EQ(server.terminate(), 0);
}

TEST(TracesSettings, ThatMakeNoSenseAreSaidAtOnce) {
    const TempFolder folder;
    ChildProcess process({.arguments = {swiftgrid_binary(), "serve", "--listen", "127.0.0.1:0",
                                        "--data-dir", folder.file("data")},
                          .environment = {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"},
                                          {"OTEL_TRACES_SAMPLER", "sometimes"}},
                          .stderr_file = folder.file("err")});
    EXPECT_EQ(process.wait(), 2);
    EXPECT_THAT(read_text(folder.file("err")), HasSubstr("OTEL_TRACES_SAMPLER must be always_on"));
}

}  // namespace
}  // namespace swiftgrid::e2e
