#include "control/doctor.h"

#include "base/limits.h"
#include "control/json_writer.h"
#include "control/secret_examination.h"

namespace swiftgrid::control {
namespace {

// Between two looks at what a running server may be about to do.
constexpr std::chrono::seconds moment{2};

void append_finding(std::string& out, const Finding& finding) {
    ObjectWriter object(out);
    object.text("kind", finding.is_mended ? "note" : "problem");
    object.text("code", finding.code);
    object.text("detail", finding.detail);
    object.text_or_null("runId", finding.run ? to_string(*finding.run) : "");
    object.end();
}

}  // namespace

Doctor::Doctor(KeyPlace place, const model::NodeTypes& types, const runtime::Clock& clock)
    : place_(std::move(place)), types_(types), clock_(clock) {}

Doctor::~Doctor() {
    {
        const std::lock_guard lock(mutex_);
        is_unwanted_ = true;
        if (inspector_ != nullptr) inspector_->interrupt();
    }
    unwanted_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Doctor::begin() {
    const std::lock_guard lock(mutex_);
    if (report_.state == State::running || is_unwanted_) return;
    if (thread_.joinable()) thread_.join();  // it has told its end already
    report_ = {};
    report_.state = State::running;
    report_.started_at = clock_.now();
    thread_ = std::thread([this] { examine(); });
}

void Doctor::examine() {
    auto inspector = store::Inspector::open(place_.data_dir);
    if (!inspector) return end(std::unexpected(inspector.error()));
    {
        const std::lock_guard lock(mutex_);
        inspector_ = inspector->get();
    }
    const ExaminationListener listener{
        .on_finding = [this](const Finding& finding) { note(finding); },
        .on_open_run = [](const OpenRun&) {},
        .on_progress =
            [this](std::int64_t done, std::int64_t runs) {
                const std::lock_guard lock(mutex_);
                report_.runs_examined = done;
                report_.runs_to_examine = runs;
            },
        .wait_a_moment = [this] { wait_for_end(moment); },
        .is_unwanted = [this] { return wait_for_end(std::chrono::milliseconds(0)); }};
    examine_secrets(**inspector, place_, listener);
    Examination examination(**inspector, types_, listener, clock_.now());
    const auto totals = examination.run();
    {
        const std::lock_guard lock(mutex_);
        inspector_ = nullptr;
    }
    end(totals);
}

void Doctor::note(const Finding& finding) {
    const std::lock_guard lock(mutex_);
    if (!finding.is_mended) report_.is_healthy = false;
    if (report_.findings.size() < limits::problems)
        report_.findings.push_back(finding);
    else
        ++report_.findings_left_out;
}

void Doctor::end(const Result<ExaminationTotals>& totals) {
    const std::lock_guard lock(mutex_);
    report_.ended_at = clock_.now();
    report_.state = totals ? State::done : State::failed;
    if (totals)
        report_.totals = *totals;
    else
        report_.error = totals.error().message;
}

// True when nobody wants to know any more.
bool Doctor::wait_for_end(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return unwanted_.wait_for(lock, time, [this] { return is_unwanted_; });
}

std::string Doctor::report() const {
    constexpr std::string_view names[] = {"none", "running", "done", "failed"};
    const std::lock_guard lock(mutex_);
    std::string out;
    ObjectWriter object(out);
    object.text("state", names[static_cast<std::size_t>(report_.state)]);
    object.time("startedAt", report_.started_at).time("endedAt", report_.ended_at);
    object.number("runsExamined", report_.runs_examined);
    object.number("runsToExamine", report_.runs_to_examine);
    if (report_.state == State::done)
        object.boolean("healthy", report_.is_healthy);
    else
        object.null("healthy");
    object.number("runs", report_.totals.runs);
    object.number("openRuns", report_.totals.open_runs);
    object.number("events", report_.totals.events);
    object.number("records", report_.totals.records);
    std::string& findings = object.member("findings");
    findings += '[';
    for (std::size_t i = 0; i < report_.findings.size(); ++i) {
        if (i > 0) findings += ',';
        append_finding(findings, report_.findings[i]);
    }
    findings += ']';
    object.number("findingsLeftOut", report_.findings_left_out);
    object.text_or_null("error", report_.error);
    object.end();
    return out;
}

}  // namespace swiftgrid::control
