#include "app/bench.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/flow_files.h"
#include "app/host.h"

namespace swiftgrid::app {
namespace {

using Clock = std::chrono::steady_clock;

// Three steps, one after the other: two scripts and a decision. The disk has each run twice.
constexpr const char* measured_flow = R"({
  "formatVersion": 1, "id": "bench", "name": "bench",
  "graph": {
    "nodes": [
      { "id": "double", "type": "code-execution", "position": { "x": 0, "y": 0 },
        "data": { "label": "Double", "inputs": { "n": "{{$trigger.n}}" },
                  "code": "return { n: INPUT.n * 2 };" } },
      { "id": "route", "type": "router", "position": { "x": 300, "y": 0 },
        "data": { "label": "Route", "routeBy": "{{double.n}}", "mode": "first_match",
                  "conditions": [{ "id": "even", "label": "Even", "expression": "value % 2 == 0" }],
                  "defaultOutput": "odd" } },
      { "id": "answer", "type": "code-execution", "position": { "x": 600, "y": 0 },
        "data": { "label": "Answer", "code": "return 'even';" } }
    ],
    "edges": [
      { "id": "e1", "source": "double", "target": "route" },
      { "id": "e2", "source": "route", "sourceHandle": "even", "target": "answer" }
    ]
  }
})";

constexpr int runs_before = 20;  // while memory is warmed up
constexpr std::size_t many_at_once = 32;

// A folder that goes away.
class ScratchFolder {
public:
    static Result<std::unique_ptr<ScratchFolder>> make(const std::string& parent) {
        std::string name = parent + "/swiftgrid-bench-XXXXXX";
        if (!::mkdtemp(name.data()))
            return fail(ErrorCode::storage_error,
                        fmt::format("cannot make a folder in {}: {}; name another one with "
                                    "--folder",
                                    parent, std::strerror(errno)));
        return std::unique_ptr<ScratchFolder>(new ScratchFolder(std::move(name)));
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::string& path() const { return path_; }

private:
    explicit ScratchFolder(std::string path) : path_(std::move(path)) {}

    std::string path_;
};

// Starts a run and waits until its end is on disk.
Result<void> run_once(Host& host, FlowId flow) {
    std::promise<engine::RunStatus> ended;
    std::promise<std::optional<Error>> refused;
    control::StartRequest request;
    request.flow = flow;
    request.version = control::DraftVersion{};
    request.input = JsonText::trusted(R"({"n":21})");
    request.on_end = [&](RunId, const runtime::RunEnd& end) { ended.set_value(end.status); };
    host.starter().start(std::move(request), [&](const control::Answer<control::Started>& answer) {
        refused.set_value(answer ? std::nullopt : std::optional(answer.error().error));
    });
    if (auto why = refused.get_future().get()) return std::unexpected(*why);
    if (ended.get_future().get() == engine::RunStatus::completed) return {};
    return fail(ErrorCode::internal, "a run of the measured flow did not complete");
}

struct Figures {
    std::size_t at_once = 0;
    std::size_t runs = 0;
    double seconds = 0;
    double p50_ms = 0;
    double p99_ms = 0;

    double per_second() const { return static_cast<double>(runs) / seconds; }
};

Figures figures_of(std::vector<double> times, std::size_t at_once, double seconds) {
    std::ranges::sort(times);
    const auto share = [&](double part) {
        return times.empty()
                   ? 0
                   : times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
    };
    return {at_once, times.size(), seconds, share(0.5), share(0.99)};
}

// Somebody who starts the next run when the last one has ended, so many times at once.
Result<Figures> measure_runs(Host& host, FlowId flow, std::size_t at_once, int seconds,
                             const std::atomic<bool>& is_over) {
    std::vector<std::future<Result<std::vector<double>>>> people;
    people.reserve(at_once);
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::seconds(seconds);
    for (std::size_t i = 0; i < at_once; ++i) {
        people.push_back(std::async(std::launch::async, [&]() -> Result<std::vector<double>> {
            std::vector<double> times;
            while (!is_over && Clock::now() < end) {
                const auto start = Clock::now();
                if (auto done = run_once(host, flow); !done) return std::unexpected(done.error());
                times.push_back(
                    std::chrono::duration<double, std::milli>(Clock::now() - start).count());
            }
            return times;
        }));
    }
    std::vector<double> all;
    std::optional<Error> trouble;
    for (auto& person : people) {
        const auto times = person.get();
        if (times)
            all.insert(all.end(), times->begin(), times->end());
        else
            trouble = times.error();
    }
    if (trouble) return std::unexpected(*trouble);
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    return figures_of(std::move(all), at_once, took);
}

Result<std::vector<Figures>> measure_host(const std::string& folder, const BenchOptions& options,
                                          sandbox::Zygote& zygote,
                                          const std::atomic<bool>& is_over) {
    auto host =
        Host::create({.data_dir = folder, .script_workers = options.script_workers}, zygote);
    if (!host) return std::unexpected(host.error());
    if (auto started = (*host)->start(); !started) return std::unexpected(started.error());
    const auto flow = FlowFiles((*host)->flows(), (*host)->types)
                          .import("the measured flow", parse_json(measured_flow).value());
    if (!flow) return std::unexpected(flow.error().error);
    for (int i = 0; i < runs_before && !is_over; ++i)
        if (auto done = run_once(**host, *flow); !done) return std::unexpected(done.error());
    std::vector<Figures> figures;
    for (const std::size_t at_once : {std::size_t{1}, many_at_once}) {
        auto measured = measure_runs(**host, *flow, at_once, options.seconds, is_over);
        if (!measured) return std::unexpected(measured.error());
        figures.push_back(*measured);
    }
    (*host)->stop();
    return figures;
}

void print_figures(const std::vector<Figures>& all, bool as_json) {
    json::array list;
    for (const Figures& each : all) {
        if (as_json)
            list.push_back(json::object{{"atOnce", each.at_once},
                                        {"runs", each.runs},
                                        {"seconds", each.seconds},
                                        {"runsPerSecond", each.per_second()},
                                        {"p50Ms", each.p50_ms},
                                        {"p99Ms", each.p99_ms}});
        else
            fmt::print(
                "{:>3} at a time: {:>8.0f} runs/s, half within {:.2f} ms, 99 of 100 within "
                "{:.2f} ms\n",
                each.at_once, each.per_second(), each.p50_ms, each.p99_ms);
    }
    if (as_json) fmt::print("{}\n", to_pretty_json(json::object{{"steps", 3}, {"figures", list}}));
}

}  // namespace

int run_bench(const BenchOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals) {
    const auto folder = ScratchFolder::make(options.folder);
    if (!folder) return failed(folder.error(), options.json);
    std::atomic<bool> is_over = false;
    std::thread ender([&] {
        signals.wait();
        is_over = true;
    });
    const auto figures = measure_host((*folder)->path(), options, zygote, is_over);
    const bool was_stopped = is_over;
    TerminationSignals::raise();
    ender.join();
    if (!figures) return failed(figures.error(), options.json);
    if (was_stopped)
        return failed({ErrorCode::cancelled, "stopped before the measurements were over"},
                      options.json);
    print_figures(*figures, options.json);
    return exit_done;
}

}  // namespace swiftgrid::app
