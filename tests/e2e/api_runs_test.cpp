// Runs through the API: starting, waiting, idempotency, cancelling, replaying, lists.

#include <csignal>
#include <functional>
#include <set>
#include <thread>

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::Contains;
using testing::HasSubstr;

using Runs = Api;

std::string runs_of(const std::string& flow) { return "/api/flows/" + flow + "/runs"; }

std::string run_path(const std::string& run) { return "/api/runs/" + run; }

TEST_F(Runs, EndWithTheOutputOfTheLastStep) {
    const auto flow = client.create_flow(three_step_flow());
    const auto run = client.start_run(flow, R"({"n":7})");
    ASSERT_EQ(client.status_at_end(run), "completed");
    const Answer detail = client.get(run_path(run));
    EXPECT_EQ(detail.text("/run/flowId"), flow);
    EXPECT_EQ(detail.text("/run/trigger"), "manual");
    EXPECT_EQ(detail.text("/run/inputData"), R"({"n":7})");
    EXPECT_EQ(detail.text("/run/outputData"), "big");
    EXPECT_EQ(detail.text("/run/version"), "null");
    EXPECT_EQ(detail.text("/nodeResults/double/result"), R"({"n":14})");
    EXPECT_EQ(detail.text("/nodeResults/double/input"), R"({"n":7})");
    EXPECT_EQ(detail.text("/nodeResults/small/status"), "skipped");
    EXPECT_EQ(detail.json().at("graph").at("nodes").as_array().size(), 4U);
}

TEST_F(Runs, CanBeWaitedFor) {
    const auto flow = client.create_flow(three_step_flow());
    const Answer ended = client.post(runs_of(flow) + "?wait=20", R"({"input":{"n":1}})");
    EXPECT_EQ(ended.status, 200);
    EXPECT_EQ(ended.text("/output"), "small");
    const auto slow = client.create_flow(http_flow(2000));
    const Answer late = client.post(runs_of(slow) + "?wait=1");
    EXPECT_EQ(late.status, 202);
    EXPECT_EQ(late.text("/status"), "running");
    expect_problem(client.post(runs_of(flow) + "?wait=301"), 400, "bad_request");
}

TEST_F(Runs, StartByTheNameOfTheRequirements) {
    const auto flow = client.create_flow(three_step_flow());
    const Answer ended =
        client.post("/api/run?wait=20", R"({"workflowId":")" + flow + R"(","inputData":{"n":6}})");
    EXPECT_EQ(ended.text("/output"), "big");
    expect_problem(client.post("/api/run", "{}"), 422, "invalid_document");
    expect_problem(client.post("/api/run", R"({"workflowId":"x"})"), 400, "bad_request");
}

TEST_F(Runs, MalformedStartsAreRefused) {
    const auto flow = client.create_flow(three_step_flow());
    expect_problem(client.post(runs_of(unknown_id)), 404, "not_found");
    expect_problem(client.post(runs_of("x")), 400, "bad_request");
    expect_problem(client.post(runs_of(flow), "{"), 400, "bad_request");
    expect_problem(client.post(runs_of(flow), R"({"inputs":1})"), 422, "invalid_document");
    expect_problem(client.post(runs_of(flow), R"({"version":"newest"})"), 422, "invalid_document");
    expect_problem(client.get(run_path("x")), 400, "bad_request");
    expect_problem(client.get(run_path(unknown_id)), 404, "not_found");
    EXPECT_EQ(client.send({.method = "POST", .path = runs_of(flow)}).status, 202);
}

TEST_F(Runs, FiftyRequestsWithOneKeyAtTheSameTimeMakeOneRun) {
    const auto flow = client.create_flow(three_step_flow());
    std::mutex mutex;
    std::multiset<std::string> runs;
    std::vector<std::thread> threads;
    for (int i = 0; i < 50; ++i)
        threads.emplace_back([&] {
            Client own(server, &contract);
            const Answer answer =
                own.post(runs_of(flow), R"({"input":1})", {"Idempotency-Key: only-once"});
            const std::lock_guard lock(mutex);
            runs.insert(answer.status == 202 ? answer.text("/runId") : answer.body);
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(runs.size(), 50U);
    EXPECT_EQ(runs.count(*runs.begin()), 50U) << *runs.begin() << " and " << *runs.rbegin();
    EXPECT_EQ(ids_of_pages(runs_of(flow), 200).size(), 1U);
}

TEST_F(Runs, AKeyAnswersTheSameAfterARestartAndRefusesAnotherRequest) {
    const auto flow = client.create_flow(three_step_flow());
    const std::vector<std::string> key = {"Idempotency-Key: \"order-7\""};
    const Answer first = client.post(runs_of(flow), R"({"input":1})", key);
    EXPECT_EQ(first.header("idempotency-replayed"), "");
    server.kill_hard();
    server.start();
    const Answer again = client.post(runs_of(flow), R"({"input":1})", key);
    EXPECT_EQ(again.status, 202);
    EXPECT_EQ(again.text("/runId"), first.text("/runId"));
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    expect_problem(client.post(runs_of(flow), R"({"input":2})", key), 422, "invalid_document");
    client.status_at_end(first.text("/runId"));
    const Answer waited = client.post(runs_of(flow) + "?wait=5", R"({"input":1})", key);
    EXPECT_EQ(waited.status, 200);
    EXPECT_EQ(waited.text("/output"), "small");
}

class Cancel : public Api {
protected:
    // Cancels the run once its node runs, and expects the end within a second.
    void cancel_while_running(const std::string& run, const std::string& node) {
        ASSERT_TRUE(eventually([&] {
            return client.get(run_path(run)).text("/nodeResults/" + node + "/status") == "running";
        }));
        const auto start = std::chrono::steady_clock::now();
        const Answer answer = client.post(run_path(run) + "/cancel");
        EXPECT_EQ(answer.status, 202) << answer.body;
        EXPECT_EQ(client.status_at_end(run), "cancelled");
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
        EXPECT_EQ(client.get(run_path(run)).text("/nodeResults/" + node + "/status"), "cancelled");
        expect_problem(client.post(run_path(run) + "/cancel"), 409, "conflict");
    }
};

TEST_F(Cancel, EndsAnEndlessScriptWithinASecondAndTheNextScriptRuns) {
    const auto flow = client.create_flow(script_flow("while (true) {}"));
    for (int i = 0; i < 3; ++i) cancel_while_running(client.start_run(flow), "script");
    const auto next = client.create_flow(three_step_flow());
    EXPECT_EQ(client.post(runs_of(next) + "?wait=20").text("/status"), "completed");
}

TEST_F(Cancel, EndsARequestWithinASecond) {
    const auto flow = client.create_flow(http_flow(2000));
    cancel_while_running(client.start_run(flow), "call");
}

TEST_F(Runs, AreReplayedWithTheSameGraphAndInputUnlessToldOtherwise) {
    const auto flow = client.create_flow(three_step_flow());
    const auto run = client.start_run(flow, R"({"n":7})");
    client.status_at_end(run);
    const Answer read = client.get("/api/flows/" + flow);
    const json::value other = parse_json(script_flow("return 'new';")).value();
    ASSERT_EQ(client
                  .put("/api/flows/" + flow, to_json(json::object{{"graph", other.at("graph")}}),
                       {"If-Match: " + read.header("etag")})
                  .status,
              200);
    const auto output = [&](const std::string& body) {
        const Answer answer = client.post(run_path(run) + "/replay", body);
        EXPECT_EQ(answer.status, 202) << answer.body;
        client.status_at_end(answer.text("/runId"));
        const Answer detail = client.get(run_path(answer.text("/runId")));
        EXPECT_EQ(detail.text("/run/trigger"), "replay");
        EXPECT_EQ(detail.text("/run/replayOf"), run);
        return detail.text("/run/outputData");
    };
    EXPECT_EQ(output("{}"), "big");
    EXPECT_EQ(output(R"({"input":{"n":1}})"), "small");
    EXPECT_EQ(output(R"({"version":"draft"})"), "new");
    expect_problem(client.post(run_path(run) + "/replay", R"({"version":"active"})"), 409,
                   "conflict");
    expect_problem(client.post(run_path(unknown_id) + "/replay"), 404, "not_found");
    const std::vector<std::string> key = {"Idempotency-Key: again"};
    const Answer first = client.post(run_path(run) + "/replay", "{}", key);
    EXPECT_EQ(client.post(run_path(run) + "/replay", "{}", key).text("/runId"),
              first.text("/runId"));
}

TEST_F(Runs, ArePinnedAndDeleted) {
    const auto flow = client.create_flow(http_flow(300));
    const auto run = client.start_run(flow);
    expect_problem(client.del(run_path(run)), 409, "conflict");
    client.status_at_end(run);
    EXPECT_EQ(client.put(run_path(run) + "/pin", R"({"pinned":true})").text("/pinned"), "true");
    EXPECT_EQ(client.get("/api/runs?pinned=true").json().at("items").as_array().size(), 1U);
    EXPECT_EQ(client.get("/api/runs?pinned=false").text("/items"), "[]");
    expect_problem(client.put(run_path(run) + "/pin", "{}"), 422, "invalid_document");
    EXPECT_EQ(client.del(run_path(run)).status, 204);
    expect_problem(client.get(run_path(run)), 404, "not_found");
    expect_problem(client.del(run_path(run)), 404, "not_found");
}

TEST_F(Runs, AreListedNewestFirstInPagesThatSurviveInsertionAndDeletion) {
    const auto flow = client.create_flow(three_step_flow());
    std::vector<std::string> runs;
    for (int i = 0; i < 25; ++i) runs.push_back(client.start_run(flow));
    for (const std::string& run : runs) ASSERT_EQ(client.status_at_end(run), "completed");
    std::size_t deleted = 0;
    std::set<std::string> gone;
    const auto ids = ids_of_pages("/api/runs?flowId=" + flow, 6, [&] {
        client.start_run(flow);
        for (const std::string& id : {runs[deleted], runs[runs.size() - 1 - deleted]}) {
            EXPECT_EQ(client.del(run_path(id)).status, 204);
            gone.insert(id);
        }
        ++deleted;
    });
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size()) << "an item came twice";
    EXPECT_TRUE(std::is_sorted(ids.rbegin(), ids.rend()));
    for (const std::string& id : runs) {
        if (!gone.contains(id)) EXPECT_THAT(ids, Contains(id));
    }
}

TEST_F(Runs, AreFiltered) {
    const auto good = client.create_flow(three_step_flow("Good"));
    const auto bad = client.create_flow(script_flow("throw new Error('out of paper');", "Bad"));
    const auto completed = client.start_run(good);
    const auto failed = client.start_run(bad);
    client.status_at_end(completed);
    client.status_at_end(failed);
    const Answer replay = client.post(run_path(completed) + "/replay");
    client.status_at_end(replay.text("/runId"));
    const auto found = [&](const std::string& query) {
        return ids_of_pages("/api/runs?" + query, 50);
    };
    using Ids = std::vector<std::string>;
    EXPECT_EQ(found("status=failed"), Ids{failed});
    EXPECT_EQ(found("status=failed,completed").size(), 3U);
    EXPECT_EQ(found("trigger=replay"), Ids{replay.text("/runId")});
    EXPECT_EQ(found("flowId=" + bad), Ids{failed});
    EXPECT_EQ(found("search=out%20of%20paper"), Ids{failed});
    EXPECT_EQ(found("search=" + completed.substr(24)), Ids{completed});
    EXPECT_EQ(found("from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z"), Ids{});
    EXPECT_EQ(found("from=2000-01-01T00:00:00Z").size(), 3U);
    EXPECT_EQ(ids_of_pages(runs_of(bad), 50), Ids{failed});
    expect_problem(client.get("/api/runs?status=done"), 400, "bad_request");
    expect_problem(client.get("/api/runs?trigger=magic"), 400, "bad_request");
    expect_problem(client.get("/api/runs?from=yesterday"), 400, "bad_request");
    expect_problem(client.get("/api/runs?pinned=maybe"), 400, "bad_request");
    expect_problem(client.get("/api/runs?cursor=nonsense"), 400, "bad_request");
    EXPECT_THAT(client.get(run_path(failed)).text("/run/error/message"), HasSubstr("out of paper"));
}

TEST_F(Runs, GoOnAfterTheServerWasStoppedOrKilled) {
    const auto script = client.create_flow(
        script_flow("const end = Date.now() + 1000; while (Date.now() < end); return 'done';"));
    // Its request goes to the server that is being stopped.
    const auto request = client.create_flow(http_flow(1000));
    for (const auto& stop : {std::function([&] { EXPECT_EQ(server.terminate(), 0); }),
                             std::function([&] { server.kill_hard(); })}) {
        const std::vector runs = {client.start_run(script), client.start_run(request)};
        stop();
        server.start();
        for (const std::string& run : runs) EXPECT_EQ(client.status_at_end(run), "completed");
    }
}

TEST_F(Runs, AreRefusedWithTryAgainWhileTheServerStops) {
    const auto slow = client.create_flow(http_flow(2000));
    const auto run = client.start_run(slow);
    server.process().send_signal(SIGTERM);
    Answer refused;
    ASSERT_TRUE(eventually([&] {
        refused = client.post(runs_of(slow));
        return refused.status != 202;
    }));
    expect_problem(refused, 503, "overloaded");
    EXPECT_EQ(refused.header("retry-after"), "1");
    EXPECT_EQ(client.get(run_path(run)).status, 200);
    EXPECT_EQ(server.process().wait(), 0);
    server.start();
    EXPECT_EQ(client.status_at_end(run), "completed");
}

}  // namespace
}  // namespace swiftgrid::e2e
