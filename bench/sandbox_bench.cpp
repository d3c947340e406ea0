// How much a script costs: time per call, and CPU of both sides (the server's thread and the
// workers), with many calls waiting and with one at a time.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <poll.h>

#include "sandbox/script_pool.h"
#include "sandbox/worker_processes_test.h"

namespace {

using namespace swiftgrid;
using sandbox::Code;
using sandbox::Expressions;

double clock_us(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// The scheduler's account of the zygote's children.
double workers_cpu_us(pid_t zygote) {
    double total_ns = 0;
    for (pid_t worker : sandbox::children_of(zygote)) {
        std::ifstream file("/proc/" + std::to_string(worker) + "/schedstat");
        double ran_ns = 0;
        file >> ran_ns;
        total_ns += ran_ns;
    }
    return total_ns / 1e3;
}

struct Case {
    const char* name;
    sandbox::Work work;
    std::size_t calls;
    std::size_t in_flight;
};

void measure(sandbox::Zygote& zygote, const Case& one) {
    auto pool = sandbox::ScriptPool::create(zygote, {.workers = 1, .workers_max = 2});
    if (!pool) return;
    std::vector<double> latencies_us;
    std::vector<double> begins_us(one.calls);
    std::vector<sandbox::Reply> replies;
    std::size_t submitted = 0;
    std::size_t failed = 0;
    const double wall_us = clock_us(CLOCK_MONOTONIC);
    const double server_us = clock_us(CLOCK_PROCESS_CPUTIME_ID);
    while (latencies_us.size() < one.calls) {
        while (submitted < one.calls && submitted - latencies_us.size() < one.in_flight) {
            begins_us[submitted] = clock_us(CLOCK_MONOTONIC);
            (*pool)->submit({submitted++, one.work, 5'000});
        }
        (*pool)->flush();
        pollfd wait{(*pool)->poll_fd(), POLLIN, 0};
        ::poll(&wait, 1, 10);
        replies.clear();
        (*pool)->poll(static_cast<std::int64_t>(clock_us(CLOCK_MONOTONIC) / 1e3), replies);
        const double now_us = clock_us(CLOCK_MONOTONIC);
        for (const auto& reply : replies) {
            latencies_us.push_back(now_us - begins_us[reply.id]);
            failed += std::holds_alternative<sandbox::ScriptError>(reply.outcome) ? 1 : 0;
        }
    }
    const auto calls = static_cast<double>(one.calls);
    const double took_us = clock_us(CLOCK_MONOTONIC) - wall_us;
    const double server_cpu_us = (clock_us(CLOCK_PROCESS_CPUTIME_ID) - server_us) / calls;
    const double worker_cpu_us = workers_cpu_us(zygote.process_id()) / calls;
    std::ranges::sort(latencies_us);
    std::printf("%-34s %9.0f %8.1f %8.1f %8.1f %9.0f %9.0f %6zu\n", one.name, calls * 1e6 / took_us,
                server_cpu_us, worker_cpu_us, server_cpu_us + worker_cpu_us,
                latencies_us[one.calls / 2], latencies_us[one.calls * 99 / 100], failed);
}

}  // namespace

int main() {
    auto zygote = sandbox::Zygote::start();
    if (!zygote) {
        std::fprintf(stderr, "%s\n", zygote.error().message.c_str());
        return 1;
    }
    double load = 0;
    std::ifstream("/proc/loadavg") >> load;
    std::printf("load average %.1f\n", load);
    std::printf("%-34s %9s %8s %8s %8s %9s %9s %6s\n", "", "calls/s", "server", "worker", "sum",
                "p50", "p99", "failed");
    std::printf("%-34s %9s %8s %8s %8s %9s %9s\n", "", "", "us CPU", "us CPU", "us CPU", "us",
                "us");

    const JsonText input = JsonText::trusted(R"({"id":17,"name":"a name","status":200,"n":4})");
    const Code code{"return {id: INPUT.id, ok: INPUT.status === 200 && INPUT.n > 3}", input, {}};
    const Code awaits{"const x = await Promise.resolve(INPUT.n); return x + 1", input, {}};
    const Expressions conditions{
        {"value.status >= 200 && value.status < 300", "value.status < 500", "value.n > 9"},
        {{"value", input}},
        true};
    std::string list = "[1";
    for (int i = 0; i < 5'000; ++i) list += ",100";
    const Code large{"return INPUT.filter(x => x > 50).length", JsonText::trusted(list + "]"), {}};
    for (const Case& one : {Case{"small code, 256 in flight", code, 50'000, 256},
                            Case{"small code, 1 in flight", code, 5'000, 1},
                            Case{"code with await, 256 in flight", awaits, 50'000, 256},
                            Case{"3 conditions, 256 in flight", conditions, 50'000, 256},
                            Case{"3 conditions, 1 in flight", conditions, 5'000, 1},
                            Case{"code on 20 KB, 64 in flight", large, 1'000, 64}}) {
        measure(*zygote, one);
    }
    return 0;
}
