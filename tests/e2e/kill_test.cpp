// kill -9 at random moments under load. What was acknowledged must be there afterwards, exactly
// once, and must come to its end.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "client.h"
#include "eventually.h"
#include "flows.h"

namespace swiftgrid::e2e {
namespace {

constexpr int kills = 20;
constexpr std::size_t clients = 8;

std::uint64_t seed() {
    const char* given = std::getenv("SWIFTGRID_SEED");
    const std::uint64_t value = given ? std::stoull(given) : std::random_device{}();
    std::printf("SWIFTGRID_SEED=%llu\n", static_cast<unsigned long long>(value));
    return value;
}

// Eight clients that start runs with a new key each, and repeat a request until it is answered.
class Load {
public:
    Load(const ServerProcess& server, std::vector<std::string> flows)
        : server_(server), flows_(std::move(flows)) {
        for (std::size_t i = 0; i < clients; ++i)
            threads_.emplace_back([this, i] { start_runs(i); });
    }

    ~Load() { finish(); }

    void finish() {
        stopping_ = true;
        for (std::thread& thread : threads_) {
            if (thread.joinable()) thread.join();
        }
    }

    bool wait_for_more(std::size_t count) {
        std::unique_lock lock(mutex_);
        const std::size_t wanted = run_of_key_.size() + count;
        return acknowledged_.wait_for(lock, patience, [&] { return run_of_key_.size() >= wanted; });
    }

    struct Acknowledged {
        std::string flow;
        std::string run;
    };
    const std::map<std::string, Acknowledged>& run_of_key() const { return run_of_key_; }

private:
    void start_runs(std::size_t index) {
        Client client(server_);
        for (std::size_t i = 0; !stopping_; ++i) {
            const std::string key = std::to_string(index) + "-" + std::to_string(i);
            const std::string& flow = flows_[(index + i) % flows_.size()];
            Answer answer;
            // Also after `stopping_`: a key that was sent must be known in the end.
            eventually([&] {
                answer = client.post("/api/flows/" + flow + "/runs", R"({"input":{"n":7}})",
                                     {"Idempotency-Key: " + key});
                return answer.status == 202;
            });
            if (answer.status != 202) {
                ADD_FAILURE() << "key " << key << " was never accepted: " << answer.body;
                return;
            }
            const std::lock_guard lock(mutex_);
            run_of_key_[key] = {flow, answer.text("/runId")};
            acknowledged_.notify_all();
        }
    }

    const ServerProcess& server_;
    std::vector<std::string> flows_;
    std::mutex mutex_;
    std::condition_variable acknowledged_;
    std::map<std::string, Acknowledged> run_of_key_;
    std::atomic<bool> stopping_ = false;
    std::vector<std::thread> threads_;
};

std::set<std::string> all_runs(Client& client) {
    std::set<std::string> runs;
    std::string cursor;
    while (cursor != "null") {
        const Answer page =
            client.get("/api/runs?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor));
        const json::value document = page.json();
        for (const json::value& item : document.at("items").as_array())
            runs.emplace(item.at("id").as_string());
        cursor = page.text("/nextCursor");
    }
    return runs;
}

void expect_sound_history(Client& client, const std::string& run) {
    EXPECT_EQ(client.status_at_end(run), "completed") << run;
    const json::array events = client.events(run);
    std::map<std::string, int> completions;
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(events[i].at("id"), json::value(i + 1)) << "a gap in run " << run;
        if (events[i].at("eventType") == "NODE_COMPLETED")
            ++completions[std::string(events[i].at("nodeId").as_string())];
    }
    EXPECT_FALSE(completions.empty()) << run;
    for (const auto& [node, count] : completions)
        EXPECT_EQ(count, 1) << "node " << node << " of run " << run;
}

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

TEST(Kill, LosesNoAcknowledgedRunAndMakesNoneTwice) {
    std::mt19937_64 random(seed());
    ServerProcess server;
    Client client(server);
    Load load(server, {client.create_flow(three_step_flow()), client.create_flow(http_flow(20)),
                       client.create_flow(http_flow(200))});
    for (int i = 0; i < kills; ++i) {
        ASSERT_TRUE(load.wait_for_more(1 + random() % 60)) << server.messages();
        server.kill_hard();
        server.start();
    }
    ASSERT_TRUE(load.wait_for_more(10));
    load.finish();

    std::set<std::string> acknowledged;
    for (const auto& [key, started] : load.run_of_key()) {
        EXPECT_TRUE(acknowledged.insert(started.run).second) << "two keys, one run";
        const Answer again = client.post("/api/flows/" + started.flow + "/runs",
                                         R"({"input":{"n":7}})", {"Idempotency-Key: " + key});
        EXPECT_EQ(again.text("/runId"), started.run) << "key " << key;
        expect_sound_history(client, started.run);
    }
    EXPECT_EQ(all_runs(client), acknowledged) << "a key made more than one run";
    std::printf("%zu runs, %d kills\n", acknowledged.size(), kills);
}

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
