#include "app/doctor.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/place.h"
#include "app/server_api.h"
#include "base/json_fields.h"
#include "control/examination.h"
#include "control/secret_examination.h"
#include "nodes/registry.h"
#include "runtime/clock.h"

namespace swiftgrid::app {
namespace {

using namespace std::chrono_literals;
using control::ExaminationTotals;
using control::Finding;
using control::OpenRun;
using std::chrono::steady_clock;

constexpr auto moment = 2s;
constexpr auto progress_interval = 2s;
// Between two questions how far a server is.
constexpr auto question_interval = 200ms;

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

Result<ExaminationTotals> examine_folder(const std::string& data_dir, Report& report) {
    auto inspector = store::Inspector::open(data_dir);
    if (!inspector) return std::unexpected(inspector.error());
    const model::NodeTypes types = nodes::make_node_types();
    ProgressLines progress;
    const control::ExaminationListener listener{
        .on_finding = [&](const Finding& finding) { report.add(finding); },
        .on_open_run = [&](const OpenRun& open) { report.add(open); },
        .on_progress = [&](std::int64_t done, std::int64_t runs) { progress.tell(done, runs); },
        .wait_a_moment = [] { std::this_thread::sleep_for(moment); }};
    control::examine_secrets(**inspector, {data_dir, environment("SWIFTGRID_SERVER_KEY")},
                             listener);
    return control::Examination(**inspector, types, listener, runtime::SystemClock().now()).run();
}

// The examination as the server reports it once it is over.
Result<json::object> wait_for_server(ServerApi& server) {
    ProgressLines progress;
    auto examination = server.post("/api/doctor");
    while (examination && text_at(*examination, "state") == "running") {
        progress.tell(integer_at(*examination, "runsExamined", 0),
                      integer_at(*examination, "runsToExamine", 0));
        std::this_thread::sleep_for(question_interval);
        examination = server.get("/api/doctor");
    }
    if (!examination || text_at(*examination, "state") == "done") return examination;
    if (text_at(*examination, "state").empty())
        return std::unexpected(server.foreign("its answer is no examination"));
    return fail(ErrorCode::storage_error,
                fmt::format("the server cannot examine its data folder: {}",
                            text_at(*examination, "error")));
}

Result<void> list_open_runs(ServerApi& server, Report& report) {
    std::string cursor;
    do {
        auto page =
            server.get("/api/runs?status=pending,running,suspended&limit=200&cursor=" + cursor);
        if (!page) return std::unexpected(page.error());
        for (const json::object& item : list_at(*page, "items")) {
            const auto run = parse_id<RunId>(text_at(item, "id"));
            if (!run) return std::unexpected(run.error());
            report.add(OpenRun{*run, std::string(text_at(item, "flowName")),
                               std::string(text_at(item, "status")),
                               std::string(text_at(item, "current"))});
        }
        cursor = text_at(*page, "nextCursor");
    } while (!cursor.empty());
    return {};
}

Result<ExaminationTotals> examine_server(const DoctorOptions& options, Report& report) {
    ServerApi server(options.server, options.token);
    const auto examination = wait_for_server(server);
    if (!examination) return std::unexpected(examination.error());
    for (const json::object& item : list_at(*examination, "findings")) {
        Finding finding{std::nullopt, std::string(text_at(item, "code")),
                        std::string(text_at(item, "detail")), text_at(item, "kind") == "note"};
        if (const auto run = parse_id<RunId>(text_at(item, "runId"))) finding.run = *run;
        report.add(finding);
    }
    if (const auto more = integer_at(*examination, "findingsLeftOut", 0); more > 0)
        report.add(Finding{std::nullopt, "more", fmt::format("and {} more", more), false});
    if (auto listed = list_open_runs(server, report); !listed)
        return std::unexpected(listed.error());
    return ExaminationTotals{
        integer_at(*examination, "runs", 0), integer_at(*examination, "openRuns", 0),
        integer_at(*examination, "records", 0), integer_at(*examination, "events", 0)};
}

}  // namespace

int run_doctor(const DoctorOptions& options) {
    Report report(options.json);
    const auto totals = options.server.empty() ? examine_folder(options.data_dir, report)
                                               : examine_server(options, report);
    if (!totals) return failed(totals.error(), options.json);
    report.end(*totals);
    return report.is_healthy() ? exit_done : exit_failed;
}

}  // namespace swiftgrid::app
