// Many runs at once, by the real server: what is meant is done to, once, whatever happens.

#include "api_fixture.h"
#include "old_runs.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

class ApiBulk : public Api {
protected:
    std::vector<std::string> make_runs(const std::string& flow, int count) {
        std::vector<std::string> runs;
        for (int i = 0; i < count; ++i) {
            runs.push_back(client.start_run(flow, R"({"n":7})"));
            EXPECT_EQ(client.status_at_end(runs.back()), "completed");
        }
        return runs;
    }
    static std::string of_flow(const std::string& flow, const std::string& more = "") {
        return R"({"filter":{"flowId":")" + flow + "\"" + more + "}";
    }
    std::size_t runs_of(const std::string& flow) {
        return ids_of_pages("/api/runs?flowId=" + flow, 200).size();
    }
    std::size_t audited(const std::string& query) { return ids_of_audit(query).size(); }
    std::vector<std::string> ids_of_audit(const std::string& query) {
        std::vector<std::string> ids;
        std::string cursor;
        while (cursor != "null") {
            const Answer page = client.get("/api/audit?limit=200" + query +
                                           (cursor.empty() ? "" : "&cursor=" + cursor));
            for (const json::value& item : page.json().at("items").as_array())
                ids.push_back(to_json(item.at("runId")));
            cursor = page.text("/nextCursor");
        }
        return ids;
    }
    std::string status_at_end_of_job(const std::string& job) {
        std::string status;
        EXPECT_TRUE(eventually([&] {
            status = client.get("/api/bulk-jobs/" + job).text("/status");
            return status != "running";
        }));
        return status;
    }
};

TEST_F(ApiBulk, DeletesWhatTheFilterSaysButPinnedAndOpenRuns) {
    const auto flow = client.create_flow(three_step_flow());
    const auto other = client.create_flow(three_step_flow("Other"));
    const auto runs = make_runs(flow, 4);
    make_runs(other, 1);
    client.put("/api/runs/" + runs[0] + "/pin", R"({"pinned":true})");
    const auto waiting = client.start_run(client.create_flow(delay_flow(600'000)));

    Answer answer = client.post("/api/runs/bulk-delete", of_flow(flow) + R"(,"dryRun":true})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.body, R"({"matched":3,"deleted":0})");
    EXPECT_EQ(runs_of(flow), 4U);

    answer = client.post("/api/runs/bulk-delete", of_flow(flow) + "}", {"Idempotency-Key: once"});
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.text("/deleted"), "3");
    EXPECT_EQ(answer.text("/status"), "completed");
    EXPECT_EQ(runs_of(flow), 1U);
    EXPECT_EQ(runs_of(other), 1U);
    const Answer again =
        client.post("/api/runs/bulk-delete", of_flow(flow) + "}", {"Idempotency-Key: once"});
    EXPECT_EQ(again.text("/id"), answer.text("/id"));
    expect_problem(
        client.post("/api/runs/bulk-delete", R"({"filter":{}})", {"Idempotency-Key: once"}), 422,
        "invalid_document");
    EXPECT_EQ(audited("&action=DELETED&flowId=" + flow), 3U);
    EXPECT_THAT(client.get("/api/audit?runId=" + runs[1]).body, HasSubstr("bulk_delete"));

    answer = client.post("/api/runs/bulk-delete", R"({"filter":{}})");
    EXPECT_EQ(answer.text("/deleted"), "1") << answer.body;
    EXPECT_EQ(client.get("/api/runs/" + runs[0]).status, 200);
    EXPECT_EQ(client.get("/api/runs/" + waiting).status, 200);
}

TEST_F(ApiBulk, DeletesIdsOnce) {
    const auto runs = make_runs(client.create_flow(three_step_flow()), 2);
    const std::string body = R"({"ids":[")" + runs[0] + R"(",")" + runs[1] + R"(",")" + runs[0] +
                             R"(",")" + unknown_id + R"("]})";
    const Answer answer = client.post("/api/runs/bulk-delete", body);
    EXPECT_EQ(answer.text("/matched"), "2") << answer.body;
    EXPECT_EQ(answer.text("/deleted"), "2");
    EXPECT_EQ(answer.text("/kept"), "1");
    EXPECT_EQ(answer.text("/selection/ids"), "3");
    EXPECT_EQ(client.get("/api/runs/" + runs[0]).status, 404);
}

TEST_F(ApiBulk, TakesWhatARunHasStartedWithIt) {
    const auto child = client.create_flow(three_step_flow("Child"));
    ASSERT_LT(client.post("/api/flows/" + child + "/publish").status, 300);
    const auto parent = client.create_flow(map_flow(child));
    const auto run = client.start_run(parent, R"([{"n":1},{"n":2},{"n":3}])");
    EXPECT_EQ(client.status_at_end(run), "completed");
    EXPECT_EQ(runs_of(child), 3U);
    EXPECT_EQ(client.del("/api/runs/" + run).status, 204);
    EXPECT_TRUE(eventually([&] { return runs_of(child) == 0; }));
    EXPECT_EQ(audited("&action=DELETED&flowId=" + child), 3U);
}

TEST_F(ApiBulk, RefusesWhatItDoesNotUnderstand) {
    for (const std::string body :
         {"{}", R"({"ids":[]})", R"({"ids":["nonsense"]})", R"({"ids":["x"],"filter":{}})",
          R"({"filter":{"status":"done"}})", R"({"filter":{"state":"failed"}})",
          R"({"filter":{"from":"yesterday"}})", R"({"filter":[]})",
          R"({"filter":{},"dry":true})"}) {
        const Answer answer = client.post("/api/runs/bulk-delete", body);
        EXPECT_GE(answer.status, 400) << body;
        EXPECT_LT(answer.status, 500) << body;
        EXPECT_FALSE(answer.text("/detail").empty()) << body;
    }
    expect_problem(client.get(std::string("/api/bulk-jobs/") + unknown_id), 404, "not_found");
    expect_problem(client.get("/api/bulk-jobs/x"), 400, "bad_request");
}

TEST_F(ApiBulk, CancelsOpenRuns) {
    const auto flow = client.create_flow(delay_flow(600'000));
    for (int i = 0; i < 40; ++i) client.start_run(flow);
    const auto done = make_runs(client.create_flow(three_step_flow()), 1);
    const Answer answer = client.post("/api/runs/bulk-cancel?wait=30", R"({"filter":{}})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.text("/matched"), "40");
    EXPECT_EQ(answer.text("/cancelled"), "40");
    EXPECT_EQ(ids_of_pages("/api/runs?status=cancelled&flowId=" + flow, 200).size(), 40U);
    EXPECT_EQ(audited("&action=CANCELLED"), 40U);
    EXPECT_EQ(client.get("/api/runs/" + done[0]).text("/run/status"), "completed");
}

TEST_F(ApiBulk, RunsAgainWhatHasEnded) {
    const auto flow = client.create_flow(three_step_flow());
    make_runs(flow, 3);
    const Answer answer = client.post("/api/runs/bulk-replay?wait=30",
                                      of_flow(flow, R"(,"status":"completed")") + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.text("/replayed"), "3");
    EXPECT_EQ(ids_of_pages("/api/runs?trigger=replay&flowId=" + flow, 200).size(), 3U);
    EXPECT_EQ(audited("&action=REPLAYED"), 3U);
}

TEST_F(ApiBulk, StopsWhereItIs) {
    // The pauses alone between portions last longer than two requests, however fast the disk is.
    constexpr int count = 20'000;
    const auto flow = client.create_flow(three_step_flow());
    server.terminate();
    write_old_runs(server.data_dir(), {flow, count, 3});
    server.start();
    const Answer job = client.post("/api/runs/bulk-delete?wait=0", of_flow(flow) + "}");
    EXPECT_EQ(job.status, 202) << job.body;
    const Answer stopped = client.post("/api/bulk-jobs/" + job.text("/id") + "/stop");
    EXPECT_EQ(stopped.text("/status"), "stopped");
    EXPECT_EQ(client.get("/api/bulk-jobs?limit=1").text("/items/0/id"), job.text("/id"));
    const std::int64_t left = count - stopped.json().at("done").as_int64();
    EXPECT_EQ(client.get("/api/flows/" + flow).text("/runCount"), std::to_string(left));
    server.terminate();
    server.start();
    EXPECT_EQ(client.get("/api/bulk-jobs/" + job.text("/id")).body, stopped.body);
    EXPECT_EQ(client.get("/api/flows/" + flow).text("/runCount"), std::to_string(left));
}

TEST_F(ApiBulk, GoesOnAfterAKill) {
    constexpr int count = 4'000;
    const auto flow = client.create_flow(three_step_flow());
    server.terminate();
    write_old_runs(server.data_dir(), {flow, count, 3});
    server.start();
    const std::string job =
        client.post("/api/runs/bulk-delete?wait=0", of_flow(flow) + "}").text("/id");
    for (int kills = 0; kills < 3; ++kills) {
        const auto before = client.get("/api/bulk-jobs/" + job).text("/done");
        EXPECT_TRUE(eventually([&] {
            const Answer now = client.get("/api/bulk-jobs/" + job);
            return now.text("/done") != before || now.text("/status") != "running";
        }));
        server.kill_hard();
        server.start();
    }
    EXPECT_EQ(status_at_end_of_job(job), "completed");
    const Answer over = client.get("/api/bulk-jobs/" + job);
    EXPECT_EQ(over.text("/deleted"), std::to_string(count));
    EXPECT_EQ(over.text("/matched"), std::to_string(count));
    EXPECT_EQ(runs_of(flow), 0U);
    EXPECT_EQ(audited("&action=DELETED"), static_cast<std::size_t>(count)) << "each once";
    server.terminate();
    EXPECT_EQ(count_in(server.data_dir(), "SELECT count(*) FROM run_event_batches"), 0);
    EXPECT_EQ(count_in(server.data_dir(),
                       "SELECT count(DISTINCT run_id) FROM run_audit_log"
                       " WHERE action = 'DELETED'"),
              count);
}

}  // namespace
}  // namespace swiftgrid::e2e
