// /metrics of the real server, after real runs, read by a strict reader of both formats.

#include <gmock/gmock.h>

#include "../llm/fake_llm.h"
#include "exposition.h"
#include "webhook_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::SizeIs;
using Labels = Exposition::Labels;

constexpr const char* openmetrics_accept =
    "Accept: application/openmetrics-text;version=1.0.0;q=0.7,text/plain;version=0.0.4;q=0.5";

Exposition metrics_of(Client& client) {
    const Answer answer = client.get("/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    Exposition exposition(answer.body, ExpositionFormat::text_0_0_4);
    EXPECT_THAT(exposition.errors(), IsEmpty());
    return exposition;
}

// Once so many runs have ended. That a run has can be read as soon as it is on disk, which is a
// moment before its shard counts it.
Exposition metrics_after(Client& client, double ended) {
    EXPECT_TRUE(eventually(
        [&] { return metrics_of(client).sum("swiftgrid_runs_finished_total") >= ended; }));
    return metrics_of(client);
}

Exposition openmetrics_of(Client& client) {
    const Answer answer = client.send({.path = "/metrics", .headers = {openmetrics_accept}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("content-type"),
              "application/openmetrics-text; version=1.0.0; charset=utf-8");
    Exposition exposition(answer.body, ExpositionFormat::openmetrics);
    EXPECT_THAT(exposition.errors(), IsEmpty());
    return exposition;
}

// The reader itself: what it is there to find.
TEST(Exposition, FindsWhatIsWrong) {
    const auto errors = [](const std::string& text) {
        return Exposition(text, ExpositionFormat::text_0_0_4).errors().size();
    };
    const std::string head = "# HELP a_total x\n# TYPE a_total counter\n";
    EXPECT_EQ(errors(head + "a_total{l=\"v\\n\"} 1\n"), 0u);
    EXPECT_EQ(errors(head + "a_total 1"), 1u) << "no end of the line";
    EXPECT_EQ(errors(head + "a_total 1\na_total 1\n"), 1u) << "a series twice";
    EXPECT_EQ(errors(head + "a_total -1\n"), 1u);
    EXPECT_EQ(errors(head + "a_total{l=\"v} 1\n"), 2u) << "and no samples";
    EXPECT_EQ(errors("a_total 1\n"), 1u) << "no type";
    EXPECT_EQ(errors("# HELP a x\n# TYPE a counter\na 1\n"), 2u) << "no _total, no samples";
    const std::string histogram =
        "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"2\"} ";
    EXPECT_EQ(errors(histogram + "2\nh_bucket{le=\"+Inf\"} 3\nh_count 3\nh_sum 1\n"), 0u);
    EXPECT_EQ(errors(histogram + "1\nh_bucket{le=\"+Inf\"} 3\nh_count 3\nh_sum 1\n"), 1u);
    EXPECT_EQ(errors(histogram + "2\nh_bucket{le=\"+Inf\"} 3\nh_count 4\nh_sum 1\n"), 1u);
    EXPECT_EQ(errors(histogram + "2\nh_count 2\nh_sum 1\n"), 1u);
}

class Metrics : public Webhooks {};

TEST_F(Metrics, CountRunsAndNodesOnceAndAgreeInBothFormats) {
    const std::string steps = client.create_flow(three_step_flow());
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(client.status_at_end(client.start_run(steps, R"({"n":7})")), "completed");
    const std::string failing = client.create_flow(script_flow("throw new Error('no')"));
    EXPECT_EQ(client.status_at_end(client.start_run(failing)), "failed");
    const std::string call = client.create_flow(http_flow(20));
    EXPECT_EQ(client.status_at_end(client.start_run(call)), "completed");
    const std::string waiting = client.create_flow(delay_flow(600'000));
    const std::string waits = client.start_run(waiting);
    ASSERT_TRUE(eventually([&] { return waits_for(waits, "wait") == "timer"; }));

    const Exposition all = metrics_after(client, 5);
    EXPECT_EQ(all.value("swiftgrid_runs_started_total", {{"trigger", "manual"}}), 6);
    EXPECT_EQ(all.value("swiftgrid_runs_finished_total", {{"status", "completed"}}), 4);
    EXPECT_EQ(all.value("swiftgrid_runs_finished_total", {{"status", "failed"}}), 1);
    EXPECT_EQ(all.value("swiftgrid_runs_active"), 1);
    EXPECT_EQ(all.value("swiftgrid_run_duration_seconds_count"), 5);
    const auto executions = [&](const char* type, const char* status) {
        return all.value("swiftgrid_node_executions_total", {{"type", type}, {"status", status}});
    };
    EXPECT_EQ(executions("code-execution", "completed"), 6);
    EXPECT_EQ(executions("code-execution", "failed"), 1);
    EXPECT_EQ(executions("code-execution", "skipped"), 3);
    EXPECT_EQ(executions("router", "completed"), 3);
    EXPECT_EQ(executions("http-request", "completed"), 1);
    EXPECT_EQ(all.value("swiftgrid_node_duration_seconds_count", {{"type", "code-execution"}}), 7);
    EXPECT_GE(all.value("swiftgrid_node_duration_seconds_sum", {{"type", "http-request"}}), 0.015);
    EXPECT_EQ(all.value("swiftgrid_commit_duration_seconds_count"),
              all.value("swiftgrid_commits_total"));
    EXPECT_EQ(
        all.value("swiftgrid_http_requests_total",
                  {{"route", "/api/flows/{flowId}/runs"}, {"method", "POST"}, {"code", "202"}}),
        6);
    EXPECT_EQ(all.value("swiftgrid_timers_in_memory"), 1);

    // What only moves with runs is the same for both; between the two nothing runs.
    const Exposition open = openmetrics_of(client);
    for (const char* name : {"swiftgrid_runs_started_total", "swiftgrid_runs_finished_total",
                             "swiftgrid_node_executions_total", "swiftgrid_run_events_total",
                             "swiftgrid_run_duration_seconds_sum"})
        EXPECT_EQ(all.sum(name), open.sum(name)) << name;
    EXPECT_EQ(all.types().size(), open.types().size());
    EXPECT_EQ(open.types().at("swiftgrid_runs_started"), "counter");
}

TEST_F(Metrics, SayWhatTheContractNames) {
    const std::string flow = hooked();
    EXPECT_EQ(signed_call(flow, "one").status, 202);
    EXPECT_EQ(call(flow, {}).status, 401);
    ASSERT_TRUE(eventually([&] {
        return metrics_of(client).value("swiftgrid_runs_finished_total",
                                        {{"status", "completed"}}) == 1;
    }));
    const Exposition all = metrics_of(client);
    std::vector<std::string> names;
    for (const auto& [name, type] : all.types()) names.push_back(name);
    EXPECT_THAT(names, IsSupersetOf({"swiftgrid_build_info",
                                     "swiftgrid_runs_started_total",
                                     "swiftgrid_runs_finished_total",
                                     "swiftgrid_run_duration_seconds",
                                     "swiftgrid_runs_active",
                                     "swiftgrid_node_executions_total",
                                     "swiftgrid_node_duration_seconds",
                                     "swiftgrid_queue_depth",
                                     "swiftgrid_queue_oldest_age_seconds",
                                     "swiftgrid_scheduler_lag_seconds",
                                     "swiftgrid_llm_time_to_first_token_seconds",
                                     "swiftgrid_sse_clients",
                                     "swiftgrid_http_requests_total",
                                     "swiftgrid_http_request_duration_seconds",
                                     "swiftgrid_storage_bytes",
                                     "swiftgrid_commit_duration_seconds",
                                     "swiftgrid_commit_batches",
                                     "process_cpu_seconds_total",
                                     "process_resident_memory_bytes",
                                     "process_virtual_memory_bytes",
                                     "process_open_fds",
                                     "process_max_fds",
                                     "process_start_time_seconds"}));
    EXPECT_EQ(all.value("swiftgrid_runs_started_total", {{"trigger", "webhook"}}), 1);
    EXPECT_EQ(all.value("swiftgrid_webhook_deliveries_total", {{"outcome", "started"}}), 1);
    EXPECT_EQ(all.value("swiftgrid_webhook_deliveries_total", {{"outcome", "refused"}}), 1);
    EXPECT_THAT(all.label_values("swiftgrid_storage_bytes", "kind"),
                ElementsAre("database", "free", "log"));
    EXPECT_GT(all.value("swiftgrid_storage_bytes", {{"kind", "database"}}), 0);
    EXPECT_GT(all.value("process_resident_memory_bytes"), 1e6);
    EXPECT_GT(all.value("process_open_fds"), 5);
    EXPECT_THAT(all.label_values("swiftgrid_build_info", "version"), SizeIs(1));
}

TEST_F(Metrics, DoNotGrowWithWhatClientsSend) {
    client.get("/api/flows");
    client.get("/metrics");
    const std::size_t before = metrics_of(client).sample_count();
    Client stranger(server);  // nobody describes what this one does
    for (int i = 0; i < 20; ++i) {
        const std::string made_up = "/api/flows/" + std::to_string(i) + "x";
        stranger.send({.method = "BREW", .path = "/x" + made_up});
        stranger.get(made_up);
    }
    const Exposition all = metrics_of(client);
    EXPECT_LE(all.sample_count(), before + 3);
    EXPECT_EQ(all.sum("swiftgrid_http_requests_total", {{"route", "/api/flows/{flowId}"}}), 20);
    EXPECT_EQ(all.sum("swiftgrid_http_requests_total", {{"method", "other"}}), 20);
}

TEST_F(Metrics, ShowAnOpenStreamAndForgetIt) {
    const std::string run = client.start_run(client.create_flow(delay_flow(600'000)));
    Client reader(server);
    Client scraper(server);
    double open = 0;
    reader.stream({.path = "/api/runs/" + run + "/stream"}, [&](const Frame&) {
        open = metrics_of(scraper).value("swiftgrid_sse_clients").value_or(0);
        return true;
    });
    EXPECT_EQ(open, 1);
    EXPECT_TRUE(
        eventually([&] { return metrics_of(scraper).value("swiftgrid_sse_clients") == 0; }));
}

TEST(MetricsOfFlows, TellApartNoMoreThanAsked) {
    ServerProcess server{{.flags = {"--metrics-flows", "2"}}};
    Client client(server);
    std::vector<std::string> flows;
    for (int i = 0; i < 4; ++i) {
        flows.push_back(client.create_flow(script_flow("return 1", "F" + std::to_string(i))));
        for (int run = 0; run <= i; ++run)
            EXPECT_EQ(client.status_at_end(client.start_run(flows.back())), "completed");
    }
    const Exposition all = metrics_after(client, 1 + 2 + 3 + 4);
    const auto runs = [&](const std::string& flow) {
        return all.value("swiftgrid_flow_runs_finished_total",
                         {{"flow", flow}, {"status", "completed"}});
    };
    EXPECT_EQ(runs(flows[0]), 1);
    EXPECT_EQ(runs(flows[1]), 2);
    EXPECT_FALSE(runs(flows[2]).has_value());
    EXPECT_EQ(runs("other"), 3 + 4);
}

TEST(MetricsOfFlows, AreLeftOutUnlessAsked) {
    ServerProcess server;
    Client client(server);
    EXPECT_EQ(client.status_at_end(client.start_run(client.create_flow(script_flow("return 1")))),
              "completed");
    EXPECT_FALSE(metrics_of(client).types().contains("swiftgrid_flow_runs_finished_total"));
}

TEST(MetricsOfARestart, KnowTheRunsThatWereOpen) {
    ServerProcess server;
    std::string run;
    {
        Client client(server);
        run = client.start_run(client.create_flow(delay_flow(600'000)));
        EXPECT_EQ(metrics_of(client).value("swiftgrid_runs_active"), 1);
    }
    server.kill_hard();
    server.start();
    Client client(server);
    EXPECT_EQ(metrics_of(client).value("swiftgrid_runs_active"), 1);
    EXPECT_EQ(metrics_of(client).value("swiftgrid_runs_started_total", {{"trigger", "manual"}}), 0);
    EXPECT_EQ(client.post("/api/runs/" + run + "/cancel").status, 202);
    EXPECT_EQ(client.status_at_end(run), "cancelled");
    const Exposition all = metrics_after(client, 1);
    EXPECT_EQ(all.value("swiftgrid_runs_active"), 0);
    EXPECT_EQ(all.value("swiftgrid_runs_finished_total", {{"status", "cancelled"}}), 1);
    EXPECT_GT(all.value("swiftgrid_run_duration_seconds_sum"), 0);
}

TEST(MetricsOfModels, CountTokensByModelUpToABound) {
    testing_llm::FakeLlm fake;
    ServerProcess server{{.flags = {"--allow-egress", fake.address()}}};
    Client client(server);
    const std::string flow = client.create_flow(
        R"({"name":"Ask","graph":{"edges":[],"nodes":[{"id":"ask","type":"llm-chat",)"
        R"("position":{"x":0,"y":0},"data":{"label":"Ask","baseUrl":")" +
        fake.base_url() +
        R"(","apiKey":"sk-fake","model":"{{$trigger.model}}","userPrompt":"Hello"}}]}})");
    const auto ask = [&](const std::string& model) {
        return client.status_at_end(client.start_run(flow, R"({"model":")" + model + R"("})"));
    };
    EXPECT_EQ(ask("count:5"), "completed");
    EXPECT_EQ(ask("count:5"), "completed");
    const Exposition all = metrics_after(client, 2);
    const auto tokens = [&](const char* direction) {
        return all.value("swiftgrid_llm_tokens_total",
                         {{"provider", "custom"}, {"model", "count:5"}, {"direction", direction}});
    };
    EXPECT_EQ(tokens("input"), 18);
    EXPECT_EQ(tokens("output"), 10);
    EXPECT_EQ(all.value("swiftgrid_llm_requests_total",
                        {{"provider", "custom"}, {"status", "completed"}}),
              2);
    EXPECT_EQ(all.value("swiftgrid_llm_time_to_first_token_seconds_count"), 2);
}

TEST(MetricsAccess, IsForAccountsUnlessOpened) {
    {
        ServerProcess server;
        Client client(server);
        EXPECT_EQ(client.send({.path = "/metrics", .with_token = false}).status, 401);
    }
    ServerProcess open{{.flags = {"--metrics-public"}}};
    Client client(open);
    const Answer answer = client.send({.path = "/metrics", .with_token = false});
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(Exposition(answer.body, ExpositionFormat::text_0_0_4).errors(), IsEmpty());
    EXPECT_EQ(client.send({.path = "/api/flows", .with_token = false}).status, 401);
}

}  // namespace
}  // namespace swiftgrid::e2e
