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

}  // namespace
}  // namespace swiftgrid::e2e
