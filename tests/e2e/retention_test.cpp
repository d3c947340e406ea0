// Runs expire, whatever happens meanwhile, and only those whose time is over.

#include "api_fixture.h"
#include "old_runs.h"

namespace swiftgrid::e2e {
namespace {

class Retention : public Api {
protected:
    void keep_for(int days) {
        const Answer answer =
            client.put("/api/settings", R"({"retentionDays":)" + std::to_string(days) + "}");
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(answer.text("/retentionDays"), std::to_string(days));
    }
    std::int64_t rows(const std::string& what) {
        return count_in(server.data_dir(), "SELECT count(*) FROM " + what);
    }
};

TEST_F(Retention, IsOneOfFourChoices) {
    EXPECT_EQ(client.get("/api/settings").text("/retentionDays"), "90");
    keep_for(365);
    EXPECT_EQ(client.get("/api/settings").text("/retentionDays"), "365");
    for (const std::string body :
         {R"({"retentionDays":1})", R"({"retentionDays":"90"})", R"({"retention":90})"})
        EXPECT_GE(client.put("/api/settings", body).status, 400) << body;
    server.kill_hard();
    server.start();
    EXPECT_EQ(client.get("/api/settings").text("/retentionDays"), "365");
}

TEST_F(Retention, DeletesWhatIsOlderUnlessItIsPinned) {
    const auto flow = client.create_flow(three_step_flow());
    const auto young = client.start_run(flow, R"({"n":7})");
    EXPECT_EQ(client.status_at_end(young), "completed");
    server.terminate();
    const auto old = write_old_runs(server.data_dir(), {flow, 5, 100});
    const auto middle = write_old_runs(server.data_dir(), {flow, 3, 40});
    server.start();
    keep_for(365);
    EXPECT_EQ(client.put("/api/runs/" + old[2] + "/pin", R"({"pinned":true})").status, 200);
    keep_for(90);
    const auto left = [&] { return ids_of_pages("/api/runs?flowId=" + flow, 200).size(); };
    EXPECT_TRUE(eventually([&] { return left() == 5; }));
    EXPECT_EQ(client.get("/api/runs?pinned=true").text("/items/0/id"), old[2]);
    const Answer audit = client.get("/api/audit?runId=" + old[0]);
    EXPECT_EQ(audit.text("/items/0/action"), "EXPIRED");
    EXPECT_EQ(audit.text("/items/0/actor"), "system");
    EXPECT_EQ(audit.text("/items/0/metadata/retentionDays"), "90");
    keep_for(30);
    EXPECT_TRUE(eventually([&] { return left() == 2; }));
    EXPECT_EQ(client.get("/api/flows/" + flow).text("/runCount"), "2");
}

TEST_F(Retention, GoesOnAfterAKill) {
    constexpr int count = 4'000;
    const auto flow = client.create_flow(three_step_flow());
    server.terminate();
    write_old_runs(server.data_dir(), {flow, count, 100});
    server.start();
    for (int kills = 0; kills < 3; ++kills) {
        const std::int64_t before = rows("workflow_runs");
        keep_for(kills % 2 == 0 ? 30 : 90);  // a change makes it look at once
        EXPECT_TRUE(eventually([&] { return rows("workflow_runs") < before; }));
        server.kill_hard();
        server.start();
    }
    keep_for(90);
    EXPECT_TRUE(eventually([&] { return rows("workflow_runs") == 0; }));
    EXPECT_EQ(rows("run_audit_log WHERE action = 'EXPIRED'"), count) << "each once";
    EXPECT_EQ(rows("run_event_batches"), 0);
}

}  // namespace
}  // namespace swiftgrid::e2e
