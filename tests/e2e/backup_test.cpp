// A backup is made beside a server that works, and a server on a new folder goes on where it was.

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "api_fixture.h"
#include "command_line.h"
#include "http_sink.h"

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

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

TEST_F(Backup, WithoutItsKeyIsSickAndIsLeftAsItWas) {
    ASSERT_EQ(client.put("/api/secrets/API_KEY", R"({"value":"sk-12345678"})").status, 201);
    ASSERT_EQ(run_command({"backup", file, "--data-dir", server.data_dir()}).exit_code, 0);
    ASSERT_EQ(run_command({"restore", file, "--data-dir", folder}).exit_code, 0);

    const auto expect_sick = [&] {
        const auto before = names_in(folder);
        const CommandResult said = run_command({"doctor", "--data-dir", folder});
        EXPECT_EQ(said.exit_code, 1);
        EXPECT_THAT(said.out, testing::HasSubstr("[unreadable_secrets]"));
        EXPECT_THAT(said.out, testing::HasSubstr("(API_KEY, "));
        EXPECT_THAT(said.out, testing::HasSubstr("Bring the key back"));
        EXPECT_THAT(said.out, testing::Not(testing::HasSubstr("all is well")));
        const CommandResult refused =
            run_command({"serve", "--listen", "127.0.0.1:0", "--data-dir", folder});
        EXPECT_EQ(refused.exit_code, 1);
        EXPECT_THAT(refused.err, testing::HasSubstr("Nothing was changed"));
        EXPECT_THAT(names_in(folder), testing::ElementsAreArray(before));
    };
    expect_sick();
    // Another server's.
    const ServerProcess other;
    std::filesystem::copy_file(other.data_dir() + "/server.key", folder + "/server.key");
    expect_sick();
    std::filesystem::copy_file(server.data_dir() + "/server.key", folder + "/server.key",
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(run_command({"doctor", "--data-dir", folder}).exit_code, 0);
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

class OnlineBackup : public Backup {
protected:
    const std::string url = server.url();

    CommandResult fetch(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{"backup", file,      "--server",    url,
                                           "--json", "--token", server.token()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_command(std::move(arguments));
    }

    // Names in the server's folder that a copy leaves behind.
    std::vector<std::string> leftovers() {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(server.data_dir())) {
            std::string name = entry.path().filename().string();
            if (name.starts_with("backup-")) names.push_back(std::move(name));
        }
        return names;
    }
};

// Somebody who starts runs without a pause.
class Load {
public:
    Load(const ServerProcess& server, std::string flow)
        : thread_([this, &server, flow = std::move(flow)] {
              Client client(server);
              while (!is_over_) {
                  const Answer started = client.post("/api/flows/" + flow + "/runs?wait=10");
                  if (started.status != 200) ++refused_;
                  ++started_;
              }
          }) {}
    ~Load() { end(); }

    void end() {
        is_over_ = true;
        if (thread_.joinable()) thread_.join();
    }
    int started() const { return started_; }
    int refused() const { return refused_; }

private:
    std::atomic<bool> is_over_ = false;
    std::atomic<int> started_ = 0;
    std::atomic<int> refused_ = 0;
    std::thread thread_;
};

TEST_F(OnlineBackup, OfAServerUnderLoadGoesOnInANewFolder) {
    const auto flow = client.create_flow(three_step_flow());
    const auto waiting = client.start_run(client.create_flow(signal_then_script_flow()), "{}");
    ASSERT_TRUE(eventually([&] { return !waits_for(waiting, "approval").empty(); }));
    Load load(server, flow);
    ASSERT_TRUE(eventually([&] { return load.started() >= 50; }));
    const int before = load.started();
    const CommandResult made = fetch();
    ASSERT_EQ(made.exit_code, 0) << made.err;
    ASSERT_TRUE(eventually([&] { return load.started() >= before + 50; }));
    load.end();
    EXPECT_EQ(load.refused(), 0);
    const json::value totals = parse_json(made.out).value();
    EXPECT_GE(totals.at("runs").as_int64(), before);
    EXPECT_EQ(totals.at("bytes").to_number<std::uintmax_t>(), std::filesystem::file_size(file));
    EXPECT_THAT(leftovers(), testing::IsEmpty());
    const Answer audit = client.get("/api/audit?action=BACKUP_MADE");
    EXPECT_EQ(audit.text("/items/0/actor"), "owner");
    EXPECT_EQ(audit.text("/items/0/metadata/bytes"), to_json(totals.at("bytes")));

    const CommandResult restored = run_command({"restore", file, "--data-dir", folder});
    ASSERT_EQ(restored.exit_code, 0) << restored.err;
    std::filesystem::copy_file(server.data_dir() + "/server.key", folder + "/server.key");
    const CommandResult healthy = run_command({"doctor", "--data-dir", folder});
    EXPECT_EQ(healthy.exit_code, 0) << healthy.out;
    ServerProcess other({.data_dir = folder});
    Client there(other);
    EXPECT_EQ(there.status_at_end(there.start_run(flow, R"({"n":7})")), "completed");
    const Answer resumed =
        there.post("/api/runs/" + waiting + "/nodes/approval/resume", R"({"payload":1})");
    EXPECT_LT(resumed.status, 300) << resumed.body;
    EXPECT_EQ(there.status_at_end(waiting), "completed");
}

TEST_F(OnlineBackup, SaysWhatIsWrongAndLeavesNoFile) {
    const CommandResult refused = run_command({"backup", file, "--server", url, "--token", "no"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, testing::HasSubstr("wants its token"));
    const Answer made = client.post("/api/tokens", R"({"name":"reader","role":"editor"})");
    const CommandResult reader =
        run_command({"backup", file, "--server", url, "--token", made.text("/token")});
    EXPECT_EQ(reader.exit_code, 1);
    EXPECT_THAT(reader.err, testing::HasSubstr("needs the role 'owner'"));
    HttpSink other_service;
    const CommandResult foreign =
        run_command({"backup", file, "--server", "http://" + other_service.address()});
    EXPECT_EQ(foreign.exit_code, 1);
    EXPECT_THAT(foreign.err, testing::HasSubstr("is no backup of a data folder"));
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_FALSE(std::filesystem::exists(file + ".part"));
    EXPECT_EQ(fetch().exit_code, 0);
    const CommandResult again = fetch();
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, testing::HasSubstr("already"));
}

// The rest of a server that was killed while it made one.
TEST_F(OnlineBackup, LeavesNothingOfAKilledServer) {
    server.kill_hard();
    std::ofstream(server.data_dir() + "/backup-under-way.part") << "half";
    std::ofstream(server.data_dir() + "/backup-under-way.part-journal") << "SQLite's";
    std::ofstream(server.data_dir() + "/backup-under-way") << "whole";
    ServerProcess again({.data_dir = server.data_dir()});
    EXPECT_THAT(leftovers(), testing::IsEmpty());
}

}  // namespace
}  // namespace swiftgrid::e2e
