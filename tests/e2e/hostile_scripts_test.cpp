// Scripts that want to harm run through the real server while others work: each ends with a clear
// error, nothing dies but its worker, memory stays bounded and nobody else notices.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "api_fixture.h"
#include "hostile_scripts.h"

namespace swiftgrid::e2e {
namespace {

constexpr int attackers = 3;   // at the same time: more than the machine has cores
constexpr int calm_runs = 40;  // measured before anything is attacked
// Ordinary work that takes the processors, too: what is normal beside others.
constexpr std::size_t lawful_runs = 120;
constexpr const char* long_sum =
    "let sum = 0; for (let i = 0; i < 2e6; ++i) sum += i % 7; return { sum }";
// Of a script that may come to the end of its time, and of all others: never, on a busy machine
// too.
constexpr int short_time_ms = 500;
constexpr int ample_time_ms = 15'000;
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif
#endif

// The script, and after it a node that reads what it gave as a template and as a condition.
std::string hostile_flow(const HostileScript& script) {
    json::value document = parse_json(R"({"graph":{"nodes":[
          {"id":"script","type":"code-execution","position":{"x":0,"y":0},"data":{"label":"Hostile"}},
          {"id":"read","type":"router","position":{"x":0,"y":0},"data":{"label":"Read",
            "routeBy":"{{script}}","defaultOutput":"other",
            "conditions":[{"id":"polluted","expression":"({}).polluted || [].polluted"}]}}],
          "edges":[{"id":"e","source":"script","target":"read"}]}})")
                               .value();
    document.as_object()["name"] = script.name;
    json::object& data = document.at("graph").at("nodes").at(0).at("data").as_object();
    data["code"] = script.source;
    data["timeoutMs"] = std::ranges::find(script.ends, "script_timeout") != script.ends.end()
                            ? short_time_ms
                            : ample_time_ms;
    return to_json(document);
}

// From /proc/<process>/status, in kB.
long status_kb(pid_t process, const std::string& name) {
    std::ifstream file("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(name + ":")) return std::stol(line.substr(name.size() + 1));
    }
    return 0;
}

std::set<pid_t> children_of(pid_t parent) {
    std::set<pid_t> children;
    const std::string of_parent = std::to_string(parent);
    std::ifstream file("/proc/" + of_parent + "/task/" + of_parent + "/children");
    for (pid_t child = 0; file >> child;) children.insert(child);
    return children;
}

struct Figures {
    std::vector<std::int64_t> all;

    std::int64_t at(double share) {
        std::ranges::sort(all);
        return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
    }
    void print(const char* what) {
        std::printf("%-22s %4zu runs, median %lld ms, 95 %% within %lld ms, longest %lld ms\n",
                    what, all.size(), static_cast<long long>(at(0.5)),
                    static_cast<long long>(at(0.95)), static_cast<long long>(at(1)));
    }
    // How many times as long as `normal` the value of this share took.
    double slower_than(Figures& normal, double share) {
        return static_cast<double>(at(share)) /
               static_cast<double>(std::max<std::int64_t>(normal.at(share), 1));
    }
};

class Hostile : public Api {
protected:
    // Runs the flow of an ordinary user; gives what the run took.
    static std::int64_t neighbour_ms(Client& client, const std::string& flow) {
        const auto run = client.start_run(flow, R"({"n":7})");
        EXPECT_EQ(client.status_at_end(run), "completed");
        const Answer detail = client.get("/api/runs/" + run);
        EXPECT_EQ(detail.text("/run/outputData"), "big") << detail.body;
        return std::stoll(detail.text("/run/durationMs"));
    }

    void attack(Client& client, const HostileScript& script) {
        const auto flow = client.create_flow(hostile_flow(script));
        const auto run = client.start_run(flow);
        const std::string status = client.status_at_end(run);
        const Answer detail = client.get("/api/runs/" + run);
        const std::string code = status == "completed" ? "" : detail.text("/run/error/code");
        EXPECT_THAT(script.ends, testing::Contains(code))
            << script.name << ": " << status << " " << detail.text("/run/error");
        if (status == "completed") {
            EXPECT_EQ(detail.text("/nodeResults/read/result/matched_outputs/0"), "other")
                << script.name;
        } else {
            EXPECT_FALSE(detail.text("/run/error/message").empty()) << script.name;
        }
    }

    // What runs of `flow` take while others run these scripts; `look` is called all the while.
    template <typename Scripts, typename Look>
    Figures beside(const Scripts& scripts, const std::string& flow, Look look) {
        std::atomic<std::size_t> next = 0;
        std::atomic<int> at_work = attackers;
        std::vector<std::thread> threads;
        threads.reserve(attackers);
        for (int i = 0; i < attackers; ++i) {
            threads.emplace_back([&] {
                Client attacker(server, &contract);
                for (std::size_t j = next++; j < scripts.size(); j = next++)
                    attack(attacker, scripts[j]);
                --at_work;
            });
        }
        Figures figures;
        while (at_work > 0) {
            figures.all.push_back(neighbour_ms(client, flow));
            look();
        }
        for (std::thread& thread : threads) thread.join();
        return figures;
    }

    pid_t server_id() { return server.process().pid(); }
};

TEST_F(Hostile, ScriptsHarmNobodyButThemselves) {
    const auto& scripts = hostile_scripts();
    ASSERT_GE(scripts.size(), 40u);
    const auto flow = client.create_flow(three_step_flow());
    Figures calm;
    for (int i = 0; i < calm_runs; ++i) calm.all.push_back(neighbour_ms(client, flow));
    const std::set<pid_t> zygote = children_of(server_id());
    const std::int64_t calm_kb = status_kb(server_id(), "VmRSS");

    const std::vector<HostileScript> lawful(lawful_runs, {"Sum", long_sum, {""}});
    Figures busy = beside(lawful, flow, [] {});
    long worker_kb = 0;
    Figures attacked = beside(scripts, flow, [&] {
        for (const pid_t parent : zygote) {
            for (const pid_t worker : children_of(parent))
                worker_kb = std::max(worker_kb, status_kb(worker, "VmHWM"));
        }
    });

    calm.print("alone");
    busy.print("beside lawful scripts");
    attacked.print("while attacked");
    for (Figures* normal : {&calm, &busy})
        std::printf("slower than %s: median %.1f times, 95 %% within %.1f, longest %.1f times\n",
                    normal == &calm ? "alone" : "beside lawful scripts",
                    attacked.slower_than(*normal, 0.5), attacked.slower_than(*normal, 0.95),
                    attacked.slower_than(*normal, 1));
    const long server_kb = status_kb(server_id(), "VmHWM");
    std::printf("memory: server %ld kB at most (%lld kB before), a worker %ld kB\n", server_kb,
                static_cast<long long>(calm_kb), worker_kb);
    EXPECT_EQ(children_of(server_id()), zygote) << "the zygote was replaced";
    EXPECT_EQ(client.get("/healthz").status, 200);
    if (is_sanitized) return;
    // A result of 16 MiB is there a few times: received, stored, sent.
    EXPECT_LT(server_kb, calm_kb + 400 * 1024);
    // The script's 64 MiB, the request and the reply.
    EXPECT_LT(worker_kb, 256 * 1024);
}

// The engine of conditions is the same; what they can do besides is to lead a run astray.
TEST_F(Hostile, ConditionsEndInTimeAndNeverTakeAWay) {
    const auto outcome = [&](const std::string& expression, const std::string& value) {
        return client.post(
            "/api/router/preview",
            to_json(json::object{{"value", parse_json(value).value()},
                                 {"conditions", {{{"id", "way"}, {"expression", expression}}}}}));
    };
    const Answer bomb = outcome("matches(value, /^(a+)+$/)", "\"" + std::string(60, 'a') + "b\"");
    EXPECT_EQ(bomb.text("/error/code"), "script_timeout") << bomb.body;
    EXPECT_EQ(bomb.text("/matchedOutputs"), "[]");
    const Answer hoard = outcome("(() => { const a = []; for (;;) a.push([a]) })()", "1");
    EXPECT_THAT(hoard.text("/error/code"), testing::AnyOf("script_memory", "script_timeout"));
    const Answer thrown = outcome("value.a.b", "{}");
    EXPECT_EQ(thrown.text("/conditions/0/outcome"), "failed") << thrown.body;
    EXPECT_EQ(thrown.text("/matchedOutputs/0"), "default");
    const Answer escape = outcome("1) || globalThis.x = (1", "1");
    EXPECT_THAT(escape.text("/conditions/0/error/message"), testing::HasSubstr("SyntaxError"));
}

}  // namespace
}  // namespace swiftgrid::e2e
