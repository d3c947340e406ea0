// A server that is told to stop takes nothing new, says so, and finishes what is under way.

#include <csignal>

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

class Drain : public Api {};

TEST_F(Drain, IsSeenByReadinessWhileRunsFinish) {
    const auto flow = client.create_flow(http_flow(1500));
    EXPECT_EQ(client.get("/readyz").status, 200);
    const auto run = client.start_run(flow);
    ASSERT_TRUE(eventually(
        [&] { return to_json(client.events(run)).find("NODE_STARTED") != std::string::npos; }));
    server.process().send_signal(SIGTERM);
    ASSERT_TRUE(eventually([&] { return client.get("/readyz").status != 200; }));
    expect_problem(client.get("/readyz"), 503, "overloaded");
    EXPECT_EQ(client.get("/healthz").status, 200);
    EXPECT_EQ(client.post("/api/flows/" + flow + "/runs").status, 503);
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/status"), "running");
    EXPECT_EQ(server.process().wait(), 0);
    server.start();
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/status"), "completed");
}

TEST_F(Drain, EndsThoughAMapWouldGoOnForLong) {
    const auto child = client.create_flow(script_flow("return 1;"));
    ASSERT_LT(client.post("/api/flows/" + child + "/publish").status, 300);
    const auto flow =
        client.create_flow(map_flow(child, R"("maxConcurrent":10,"collectResults":false)"));
    std::string items = "[0";
    for (int i = 1; i < 100'000; ++i) items += ",0";
    const auto run = client.start_run(flow, items + "]");
    const auto succeeded = [&] {
        const Answer page = client.get("/api/runs/" + run + "/map/each?limit=1");
        return page.status == 200 ? page.text("/succeeded") : "0";
    };
    ASSERT_TRUE(eventually([&] { return succeeded() != "0"; }));
    EXPECT_EQ(server.terminate(), 0);
    server.start();
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/status"), "suspended");
    const std::string before = succeeded();
    ASSERT_TRUE(eventually([&] { return succeeded() != before; }));
    EXPECT_EQ(client.post("/api/runs/" + run + "/cancel").status, 202);
    EXPECT_EQ(client.status_at_end(run), "cancelled");
}

}  // namespace
}  // namespace swiftgrid::e2e
