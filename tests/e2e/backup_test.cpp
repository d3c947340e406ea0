// A backup is made beside a server that works, and a server on a new folder goes on where it was.

#include <filesystem>

#include "api_fixture.h"
#include "command_line.h"

namespace swiftgrid::e2e {
namespace {

class Backup : public Api {
protected:
    TempFolder elsewhere;
    std::string file = elsewhere.file("copy.db");
    std::string folder = elsewhere.file("data");
};

TEST_F(Backup, GoesOnInANewFolder) {
    const auto flow = client.create_flow(three_step_flow());
    const auto done = client.start_run(flow, R"({"n":7})");
    EXPECT_EQ(client.status_at_end(done), "completed");
    const auto waiting_flow = client.create_flow(signal_then_script_flow());
    const auto waiting = client.start_run(waiting_flow, "{}");
    ASSERT_TRUE(eventually([&] { return !waits_for(waiting, "approval").empty(); }));

    const CommandResult made =
        run_command({"backup", file, "--data-dir", server.data_dir(), "--json"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const json::value totals = parse_json(made.out).value();
    EXPECT_EQ(totals.at("runs"), 2);
    EXPECT_EQ(totals.at("openRuns"), 1);
    const auto later = client.start_run(flow, R"({"n":8})");
    EXPECT_EQ(client.status_at_end(later), "completed");

    const CommandResult restored = run_command({"restore", file, "--data-dir", folder});
    ASSERT_EQ(restored.exit_code, 0) << restored.err;
    EXPECT_THAT(restored.out, testing::HasSubstr("2 runs (1 not ended)"));
    EXPECT_THAT(restored.out, testing::HasSubstr("Put server.key into it"));
    std::filesystem::copy_file(server.data_dir() + "/server.key", folder + "/server.key");
    ServerProcess other({.data_dir = folder});
    Client there(other);
    EXPECT_EQ(there.get("/api/runs/" + done).text("/run/status"), "completed");
    EXPECT_EQ(there.get("/api/runs/" + later).status, 404);
    const Answer resumed =
        there.post("/api/runs/" + waiting + "/nodes/approval/resume", R"({"payload":1})");
    EXPECT_LT(resumed.status, 300) << resumed.body;
    EXPECT_EQ(there.status_at_end(waiting), "completed");
    const CommandResult healthy = run_command({"doctor", "--data-dir", folder});
    EXPECT_EQ(healthy.exit_code, 0) << healthy.out;
}

TEST_F(Backup, OverwritesNothing) {
    EXPECT_EQ(run_command({"backup", file, "--data-dir", server.data_dir()}).exit_code, 0);
    const CommandResult again = run_command({"backup", file, "--data-dir", server.data_dir()});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, testing::HasSubstr("already"));
    const CommandResult over = run_command({"restore", file, "--data-dir", server.data_dir()});
    EXPECT_EQ(over.exit_code, 1);
    EXPECT_THAT(over.err, testing::HasSubstr("in use by process"));
}

}  // namespace
}  // namespace swiftgrid::e2e
