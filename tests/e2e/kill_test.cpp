// kill -9 of the server leaves nothing running. That it loses nothing either: crash_test.

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "client.h"
#include "eventually.h"
#include "flows.h"

namespace swiftgrid::e2e {
namespace {

// The processes below this one, with their own.
std::set<pid_t> descendants(pid_t root) {
    std::set<pid_t> found{root};
    for (bool grew = true; std::exchange(grew, false);) {
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            // "<pid> (<name>) <state> <parent> ..."
            const std::string line = read_text(entry.path() / "stat");
            const std::size_t name_end = line.rfind(')');
            if (name_end == std::string::npos || line.size() < name_end + 4) continue;
            const pid_t pid = std::stoi(line);
            if (found.contains(std::stoi(line.substr(name_end + 4))) && found.insert(pid).second)
                grew = true;
        }
    }
    found.erase(root);
    return found;
}

bool is_alive(pid_t pid) { return std::filesystem::exists("/proc/" + std::to_string(pid)); }

TEST(Kill, OfTheServerLeavesNoProcessBehind) {
    ServerProcess server;
    Client client(server);
    const auto run = client.start_run(client.create_flow(script_flow("while (true) {}")));
    ASSERT_TRUE(eventually([&] {
        return client.get("/api/runs/" + run).text("/nodeResults/script/status") == "running";
    }));
    const std::set<pid_t> helpers = descendants(server.process().pid());
    EXPECT_GE(helpers.size(), 2U) << "a zygote and a worker";
    server.kill_hard();
    EXPECT_TRUE(eventually([&] { return std::ranges::none_of(helpers, is_alive); }));
}

}  // namespace
}  // namespace swiftgrid::e2e
