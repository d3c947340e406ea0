// kill -9 at random moments while runs of every node kind are under way. What was acknowledged must
// be there afterwards, exactly once, and come to its end, and nothing that was done is done again.

#include <chrono>
#include <cstdlib>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "base/instant.h"
#include "command_line.h"
#include "crash_audit.h"
#include "crash_load.h"
#include "crash_service.h"
#include "eventually.h"

namespace swiftgrid::e2e {
namespace {

constexpr std::uint64_t kills_by_default = 12;
// A kill comes after fewer than so many requests to the service.
constexpr std::uint64_t requests_per_life_max = 150;
constexpr std::chrono::minutes end_patience{10};

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    const std::uint64_t value = given ? std::stoull(given) : otherwise;
    std::printf("%s=%llu\n", name, static_cast<unsigned long long>(value));
    return value;
}

// As the API writes it.
std::string now() {
    const auto time =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return to_rfc3339({time.time_since_epoch().count()});
}

bool has_open_runs(Client& client) {
    const Answer page = client.get("/api/runs?limit=1&status=pending,running,suspended");
    return page.status != 200 || !page.json().at("items").as_array().empty();
}

// By key, else by answer: a start makes one run, and the same key gives the same run again.
void expect_one_run_per_start(Client& client, const CrashLoad& load, const std::string& flow,
                              const std::set<std::string>& roots) {
    std::set<std::string> acknowledged;
    for (const CrashLoad::Start& start : load.acknowledged()) {
        EXPECT_TRUE(acknowledged.insert(start.run).second) << "two starts, one run";
        EXPECT_TRUE(roots.contains(start.run)) << "lost: " << start.run;
        if (start.key.empty()) continue;
        const Answer again = client.post("/api/flows/" + flow + "/runs", start.body,
                                         {"Idempotency-Key: " + start.key});
        EXPECT_EQ(again.text("/runId"), start.run) << "key " << start.key;
    }
    // Whether a start without key and without answer made a run is not known.
    EXPECT_LE(roots.size(), acknowledged.size() + load.lost()) << "a start made more than one run";
}

TEST(Crash, LosesNothingThatWasAcknowledgedAndDoesNothingTwice) {
    std::mt19937_64 random(setting("SWIFTGRID_SEED", std::random_device{}()));
    const std::uint64_t kills = setting("SWIFTGRID_KILLS", kills_by_default);
    CrashService service;
    std::vector<std::string> life_starts{now()};
    // A token of its own: a port may be another server's by the time a client comes back.
    ServerProcess server(
        {.token = "crash-token-0123456789", .flags = {"--allow-egress", service.address()}});
    Client client(server);
    const std::string flow = create_crash_flows(client, service.address());
    CrashLoad load(server, service, flow);
    for (std::uint64_t i = 0; i < kills; ++i) {
        ASSERT_TRUE(service.wait_for_more(random() % requests_per_life_max))
            << "nothing moves after kill " << i << ": " << server.messages();
        server.kill_hard();
        service.next_life();
        life_starts.push_back(now());
        server.start();
    }
    load.stop_starting();
    ASSERT_TRUE(eventually([&] { return !has_open_runs(client); }, end_patience))
        << client.get("/api/runs?limit=5&status=pending,running,suspended").body;
    load.finish();

    CrashAudit audit(client);
    expect_one_run_per_start(client, load, flow, audit.roots());
    audit.expect_sound_histories(load.resumed());
    audit.expect_children_once();
    audit.expect_attempts_once(service.arrivals(), life_starts);
    std::printf(
        "%zu starts acknowledged, %zu without an answer; %zu runs, %zu events, %llu kills\n",
        load.acknowledged().size(), load.lost(), audit.runs(), audit.events(),
        static_cast<unsigned long long>(kills));
    EXPECT_EQ(server.terminate(), 0);
    const CommandResult doctor = run_command({"doctor", "--data-dir", server.data_dir()});
    EXPECT_EQ(doctor.exit_code, 0) << doctor.out << doctor.err;
}

}  // namespace
}  // namespace swiftgrid::e2e
