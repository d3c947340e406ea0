// A disk that is full refuses new work and nothing else, and one that cannot be written is said so.
// A write that fails for another reason ends the process, and what was acknowledged is there after
// the restart.

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include <unistd.h>

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

// Less than the journal keeps free for work under way (32 MiB) plus what an empty database takes
// would refuse from the start; this leaves some 10 MiB.
constexpr const char* disk_size = "48m";

// Runs the rest of its arguments in a mount namespace of its own, with a small disk at `folder`
// that `script` may fill or change before.
std::vector<std::string> in_namespace(const std::string& folder, const std::string& script,
                                      bool as_root) {
    const std::string all = "mount -t tmpfs -o size=" + std::string(disk_size) + " tmpfs '" +
                            folder + "' && " + script + "exec \"$@\"";
    return {"unshare", as_root ? "--mount" : "--map-root-user", "--mount", "sh", "-c", all, "sh"};
}

// As root, or as somebody who may become it in a user namespace. Empty, with a failure, where
// neither may mount: a disk that is only said to be full would prove nothing.
std::vector<std::string> small_disk(const std::string& folder, const std::string& script = "") {
    for (const bool as_root : {true, false}) {
        auto wrapper = in_namespace(folder, script, as_root);
        auto arguments = wrapper;
        arguments.emplace_back("true");
        if (ChildProcess({.arguments = arguments}).wait() == 0) return wrapper;
    }
    ADD_FAILURE() << "a small disk cannot be mounted here: run the tests as root (in a container "
                     "with CAP_SYS_ADMIN), or allow user namespaces with "
                     "'sysctl kernel.unprivileged_userns_clone=1'";
    return {};
}

TEST(FullDisk, RefusesNewRunsGoesOnReadingAndTakesWorkAgainAfterRoomIsMade) {
    const TempFolder disk;
    const auto wrapper = small_disk(disk.path());
    if (wrapper.empty()) return;
    ServerProcess server({.wrapper = wrapper, .data_dir = disk.file("data")});
    const OpenApi contract(Client(server).get("/api/openapi.json").json());
    Client client(server, &contract);
    const auto flow = client.create_flow(http_flow(1000));
    const auto runs = "/api/flows/" + flow + "/runs";
    const auto before = client.start_run(flow);

    // The disk as the server sees it.
    const std::string ballast =
        "/proc/" + std::to_string(server.process().pid()) + "/root" + disk.file("ballast");
    {
        std::ofstream file(ballast, std::ios::binary);
        const std::string mebibyte(std::size_t{1} << 20, 'x');
        while (file << mebibyte << std::flush) {
        }
    }
    ASSERT_TRUE(eventually([&] { return client.get("/readyz").status == 507; }));
    const Answer refused = client.post(runs);
    EXPECT_EQ(refused.status, 507) << refused.body;
    EXPECT_EQ(refused.code(), "storage_full");
    EXPECT_THAT(refused.text("/detail"), testing::HasSubstr("make room"));
    EXPECT_EQ(client.get("/healthz").status, 200);
    EXPECT_EQ(client.get("/api/flows/" + flow).status, 200);
    EXPECT_EQ(client.get("/api/runs/" + before).status, 200);
    EXPECT_EQ(client.post("/api/flows", three_step_flow()).status, 507);

    std::filesystem::remove(ballast);
    ASSERT_TRUE(eventually([&] { return client.get("/readyz").status == 200; }));
    EXPECT_EQ(client.status_at_end(before), "completed");
    EXPECT_EQ(client.status_at_end(client.start_run(flow)), "completed");
    EXPECT_FALSE(server.process().exit_code().has_value());
}

// The disk as the server sees it, filled to the last byte until the ballast goes.
class Ballast {
public:
    Ballast(ServerProcess& server, const TempFolder& disk)
        : path_("/proc/" + std::to_string(server.process().pid()) + "/root" +
                disk.file("ballast")) {}
    ~Ballast() { remove(); }

    Ballast(const Ballast&) = delete;
    Ballast& operator=(const Ballast&) = delete;

    void fill() const {
        for (const std::size_t bytes : {std::size_t{1} << 20, std::size_t{4096}, std::size_t{1}}) {
            std::ofstream file(path_, std::ios::binary | std::ios::app);
            const std::string piece(bytes, 'x');
            while (file << piece << std::flush) {
            }
        }
    }
    void remove() const {
        std::error_code gone;  // with the server
        std::filesystem::remove(path_, gone);
    }

private:
    std::string path_;
};

// The events of a run that has ended well: numbered without gaps, every node completed once.
void expect_whole(Client& client, const std::string& run, std::size_t nodes) {
    EXPECT_EQ(client.status_at_end(run), "completed");
    std::int64_t sequence = 0;
    std::size_t completed = 0;
    for (const json::value& event : client.events(run)) {
        EXPECT_EQ(event.at("id").to_number<std::int64_t>(), ++sequence);
        if (event.at("eventType") == json::value("NODE_COMPLETED")) ++completed;
    }
    EXPECT_EQ(completed, nodes) << run;
}

// A delay ends and a call comes while the disk is full; both go on when there is room. Not
// `in_time` when the delay was over before the disk was full, which proves nothing.
void expect_to_go_on_when_there_is_room(int delay_ms, bool& in_time) {
    const TempFolder disk;
    const auto wrapper = small_disk(disk.path());
    ASSERT_FALSE(wrapper.empty());
    ServerProcess server({.wrapper = wrapper, .data_dir = disk.file("data")});
    Client client(server);
    const std::string sleeping = client.start_run(client.create_flow(delay_flow(delay_ms)));
    const std::string asking = client.start_run(client.create_flow(signal_then_script_flow()));
    const auto status_of = [&](const std::string& run, const std::string& node) {
        return client.get("/api/runs/" + run).text("/nodeResults/" + node + "/status");
    };
    ASSERT_TRUE(eventually([&] { return status_of(asking, "approval") == "suspended"; }));
    ASSERT_TRUE(eventually([&] {
        const std::string status = status_of(sleeping, "wait");
        return status == "suspended" || status == "completed";
    }));

    // A call comes that does not fit on the disk: it is answered when it is there.
    std::atomic<int> resumed = 0;
    std::jthread caller;  // is answered when the ballast is gone
    const Ballast ballast(server, disk);
    ballast.fill();
    caller = std::jthread([&] {
        Client other(server);
        const std::string payload = R"({"payload":")" + std::string(4 << 20, 'x') + R"("})";
        resumed = other.post("/api/runs/" + asking + "/nodes/approval/resume", payload).status;
    });
    ASSERT_TRUE(eventually([&] {
        const Answer ready = client.get("/readyz");
        return ready.status == 507 &&
               ready.text("/detail").find("the work goes on by itself") != std::string::npos;
    }));
    in_time = status_of(sleeping, "wait") == "suspended";
    if (in_time) {
        ASSERT_TRUE(eventually([&] {
            return client.get("/metrics").body.find("swiftgrid_timers_fired_total 1") !=
                   std::string::npos;
        })) << "the delay does not end";
        EXPECT_EQ(status_of(sleeping, "wait"), "suspended");
        EXPECT_EQ(status_of(asking, "approval"), "suspended");
        EXPECT_EQ(resumed, 0);
    }

    ballast.remove();
    caller.join();
    EXPECT_EQ(resumed, 202);
    expect_whole(client, sleeping, 1);
    expect_whole(client, asking, 2);
    EXPECT_FALSE(server.process().exit_code().has_value());
}

TEST(FullDisk, LosesNothingOfRunsThatWaitAndLetsThemGoOnWhenThereIsRoom) {
    bool in_time = false;
    for (int delay_ms = 1'000; !in_time; delay_ms *= 2) {
        ASSERT_LE(delay_ms, 16'000) << "the disk is never full in time";
        ASSERT_NO_FATAL_FAILURE(expect_to_go_on_when_there_is_room(delay_ms, in_time));
    }
}

TEST(ReadOnlyDisk, IsSaidAtTheStartAndChangesNothing) {
    const TempFolder disk;
    const TempFolder origin;
    std::string run;
    {
        ServerProcess server({.data_dir = origin.file("data")});
        Client client(server);
        run = client.start_run(client.create_flow(script_flow("return 1;")));
        EXPECT_EQ(client.status_at_end(run), "completed");
        EXPECT_EQ(server.terminate(), 0);
    }
    auto arguments =
        small_disk(disk.path(), "cp -r '" + origin.file("data") + "' '" + disk.path() +
                                    "' && mount -o remount,ro '" + disk.path() + "' && ");
    if (arguments.empty()) return;
    arguments.insert(arguments.end(), {swiftgrid_binary(), "serve", "--listen", "127.0.0.1:0",
                                       "--data-dir", disk.file("data")});
    const TempFolder printed;
    ChildProcess server({.arguments = arguments, .stderr_file = printed.file("err")});
    EXPECT_EQ(server.wait(), 1);
    EXPECT_THAT(read_text(printed.file("err")), testing::HasSubstr("cannot start"));
    EXPECT_THAT(read_text(printed.file("err")), testing::HasSubstr(disk.file("data")));

    ServerProcess again({.data_dir = origin.file("data")});
    EXPECT_EQ(Client(again).status_at_end(run), "completed");
}

TEST(FailedWrite, EndsTheProcessAndLosesNothingThatWasAcknowledged) {
    ServerProcess server;
    {
        Client client(server);
        client.create_flow(script_flow("return INPUT;"));
    }
    EXPECT_EQ(server.terminate(), 0);
    // Files may not grow beyond some MiB: a write then fails with EFBIG, not as a full disk.
    server.set_wrapper({"sh", "-c", "ulimit -f 8192; trap '' XFSZ; exec \"$@\"", "sh"});
    server.start();
    Client client(server);
    const std::string flow = client.get("/api/flows").text("/items/0/id");
    const std::string input = R"({"input":")" + std::string(400'000, 'x') + R"("})";
    std::vector<std::string> acknowledged;
    for (int i = 0; i < 200; ++i) {
        const Answer answer = client.post("/api/flows/" + flow + "/runs", input);
        if (answer.status != 202) break;
        acknowledged.push_back(answer.text("/runId"));
    }
    ASSERT_FALSE(acknowledged.empty());
    ASSERT_LT(acknowledged.size(), 200U);
    EXPECT_EQ(server.process().wait(), 70) << server.messages();
    EXPECT_THAT(server.messages(), testing::HasSubstr("a commit failed"));

    server.set_wrapper({});
    server.start();
    for (const std::string& run : acknowledged) EXPECT_EQ(client.status_at_end(run), "completed");
}

}  // namespace
}  // namespace swiftgrid::e2e
