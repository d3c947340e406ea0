#include "app/doctor.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "app/examination.h"
#include "app/exit_code.h"
#include "nodes/registry.h"
#include "runtime/clock.h"

namespace swiftgrid::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto moment = 2s;
constexpr auto progress_interval = 2s;

// "open" and "problem" lines as they are found, or one document at the end.
class Report {
public:
    explicit Report(bool as_json) : as_json_(as_json) {}

    void add(const Finding& finding) {
        if (!finding.is_mended) ++problems_;
        const char* kind = finding.is_mended ? "note" : "problem";
        if (!as_json_) {
            fmt::print("{:<8} {}{}  [{}]\n", kind,
                       finding.run ? to_string(*finding.run) + "  " : "", finding.detail,
                       finding.code);
            return;
        }
        json::object object{{"kind", kind}, {"code", finding.code}, {"detail", finding.detail}};
        object["runId"] = finding.run ? json::value(to_string(*finding.run)) : json::value();
        findings_.push_back(std::move(object));
    }

    void add(const OpenRun& open) {
        if (!as_json_) {
            fmt::print("{:<8} {}  {} (flow '{}')\n", open.status, to_string(open.run), open.why,
                       open.flow_name);
            return;
        }
        open_runs_.push_back({{"runId", to_string(open.run)},
                              {"flow", open.flow_name},
                              {"status", open.status},
                              {"why", open.why}});
    }

    bool is_healthy() const { return problems_ == 0; }

    void end(const ExaminationTotals& totals) {
        if (as_json_)
            fmt::print("{}\n", to_pretty_json(json::object{{"healthy", is_healthy()},
                                                           {"runs", totals.runs},
                                                           {"openRuns", totals.open_runs},
                                                           {"events", totals.events},
                                                           {"records", totals.records},
                                                           {"findings", std::move(findings_)},
                                                           {"open", std::move(open_runs_)}}));
        else
            fmt::print("{} runs, {} open, {} events: {}\n", totals.runs, totals.open_runs,
                       totals.events,
                       is_healthy() ? "all is well" : fmt::format("{} problems", problems_));
    }

private:
    bool as_json_;
    std::int64_t problems_ = 0;
    json::array findings_;
    json::array open_runs_;
};

// A line now and then, on standard error.
class ProgressLines {
public:
    void tell(std::int64_t done, std::int64_t runs) {
        const auto now = steady_clock::now();
        if (now - told_at_ < progress_interval) return;
        told_at_ = now;
        fmt::print(stderr, "examined {} of {} runs\n", done, runs);
    }

private:
    steady_clock::time_point told_at_ = steady_clock::now();
};

}  // namespace

int run_doctor(const DoctorOptions& options) {
    auto inspector = store::Inspector::open(options.data_dir);
    if (!inspector) {
        fmt::print(stderr, "{}\n", inspector.error().message);
        return exit_failed;
    }
    const model::NodeTypes types = nodes::make_node_types();
    Report report(options.json);
    ProgressLines progress;
    const ExaminationListener listener{
        .on_finding = [&](const Finding& finding) { report.add(finding); },
        .on_open_run = [&](const OpenRun& open) { report.add(open); },
        .on_progress = [&](std::int64_t done, std::int64_t runs) { progress.tell(done, runs); },
        .wait_a_moment = [] { std::this_thread::sleep_for(moment); }};
    Examination examination(**inspector, types, listener, runtime::SystemClock().now());
    const auto totals = examination.run();
    if (!totals) {
        fmt::print(stderr, "{}\n", totals.error().message);
        return exit_failed;
    }
    report.end(*totals);
    return report.is_healthy() ? exit_done : exit_failed;
}

}  // namespace swiftgrid::app
