// BulkRuns: what a portion of a job does.

#include <algorithm>
#include <functional>
#include <future>
#include <iterator>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/bulk_runs.h"
#include "store/cursor.h"

namespace swiftgrid::control {
namespace {

constexpr Duration no_pause{0};
constexpr Duration retry_pause{limits::bulk_retry_ms};

std::string reason_of(const store::BulkJob& job) {
    return fmt::format(R"({{"reason":"bulk_{}","jobId":"{}"}})", job.action,
                       swiftgrid::to_string(job.id));
}

// A queue or the disk is full: later it may work.
bool is_for_later(const Error& error) {
    return error.code == ErrorCode::overloaded || error.code == ErrorCode::storage_full;
}

// Answers that come on other threads, in the order of the questions.
class Answers {
public:
    explicit Answers(std::size_t count) : promises_(count) {}

    void give(std::size_t index, Result<void> answer) {
        promises_[index].set_value(std::move(answer));
    }
    std::vector<Result<void>> wait() {
        std::vector<Result<void>> answers;
        answers.reserve(promises_.size());
        for (auto& promise : promises_) answers.push_back(promise.get_future().get());
        return answers;
    }

private:
    std::vector<std::promise<Result<void>>> promises_;
};

}  // namespace

Result<std::optional<Duration>> BulkRuns::work() {
    auto job = parts_.jobs.next();
    if (!job) return std::unexpected(job.error());
    if (!*job) return std::nullopt;
    auto portion = next_portion(**job);
    if (!portion) return std::unexpected(portion.error());
    if (!portion->runs.empty()) {
        auto pause = work_on(**job, portion->runs);
        if (!pause) return std::unexpected(pause.error());
        return *pause;
    }
    store::BulkStep step;
    if (portion->skips_until) {
        step.before = *portion->skips_until;
        if (auto recorded = parts_.jobs.record((*job)->id, step); !recorded)
            return std::unexpected(recorded.error());
        return no_pause;
    }
    if (auto ended = end((*job)->id, "completed"); !ended) return std::unexpected(ended.error());
    return no_pause;
}

Result<BulkRuns::Portion> BulkRuns::next_portion(const store::BulkJob& job) {
    const BulkAction action = bulk_action(job.action);
    const std::size_t count =
        action == BulkAction::remove ? limits::deletion_runs : limits::bulk_runs_at_once;
    Portion portion;
    if (job.runs) {
        const auto first = std::ranges::lower_bound(*job.runs, job.before, std::greater_equal());
        const auto left = static_cast<std::size_t>(job.runs->end() - first);
        std::copy_n(first, std::min(left, count), std::back_inserter(portion.runs));
        return portion;
    }
    auto selection = selection_of(job);
    if (!selection) return std::unexpected(selection.error());
    auto query = query_for(action, selection->filter);
    if (!query) return portion;
    query->cursor = store::cursor_of(job.before.uuid);
    query->limit = count;
    auto page = parts_.catalog.list_runs(*query);
    if (!page) return std::unexpected(page.error());
    for (const store::RunSummary& run : page->items) portion.runs.push_back(run.row.id);
    if (!page->next_cursor) return portion;
    const auto next = store::parse_id_cursor(*page->next_cursor);
    if (!next) return std::unexpected(next.error());
    portion.skips_until = RunId{**next};
    return portion;
}

Result<Duration> BulkRuns::work_on(const store::BulkJob& job, const std::vector<RunId>& runs) {
    switch (bulk_action(job.action)) {
        case BulkAction::remove: return remove(job, runs);
        case BulkAction::cancel: return cancel(job, runs);
        case BulkAction::replay: return replay(job, runs);
    }
    return no_pause;
}

Result<Duration> BulkRuns::remove(const store::BulkJob& job, const std::vector<RunId>& runs) {
    store::Deletion deletion;
    deletion.actor = {job.actor, reason_of(job)};
    deletion.now = parts_.clock.now();
    auto removed = parts_.jobs.remove(job.id, runs, deletion);
    if (!removed) return std::unexpected(removed.error());
    for (const store::DeletedRun& gone : removed->deleted)
        parts_.hub.publish_run_deleted(gone.run, gone.flow);
    return Duration{limits::deletion_pause_ms};
}

Result<Duration> BulkRuns::cancel(const store::BulkJob& job, const std::vector<RunId>& runs) {
    Answers answers(runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        runtime::Submission submission;
        submission.run = runs[i];
        submission.command = engine::CancelRun{"cancelled by a person"};
        submission.reply = [&, i](Result<void> answer) { answers.give(i, std::move(answer)); };
        if (auto sent = parts_.shards.submit(std::move(submission)); !sent)
            answers.give(i, std::unexpected(sent.error()));
    }
    return record(job, runs, answers.wait());
}

Result<Duration> BulkRuns::replay(const store::BulkJob& job, const std::vector<RunId>& runs) {
    Answers answers(runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        ReplayRequest request;
        request.run = runs[i];
        // After a crash the portion is done again, but nothing starts twice.
        request.key =
            KeyOfRequest{"bulk " + swiftgrid::to_string(job.id), swiftgrid::to_string(runs[i]), ""};
        parts_.reruns.replay(std::move(request), [&, i](const Answer<Started>& started) {
            answers.give(
                i, started ? Result<void>() : Result<void>(std::unexpected(started.error().error)));
        });
    }
    return record(job, runs, answers.wait());
}

Result<Duration> BulkRuns::record(const store::BulkJob& job, const std::vector<RunId>& runs,
                                  const std::vector<Result<void>>& answers) {
    store::BulkStep step;
    step.before = job.before;
    bool is_held_up = false;
    for (std::size_t i = 0; i < runs.size() && !is_held_up; ++i) {
        const Result<void>& answer = answers[i];
        is_held_up = !answer && is_for_later(answer.error());
        if (is_held_up) break;
        step.before = runs[i];
        if (answer) {
            ++step.done;
        } else if (answer.error().code == ErrorCode::conflict ||
                   answer.error().code == ErrorCode::not_found) {
            ++step.kept;
        } else {
            ++step.failed;
            step.error = answer.error().message;
        }
        if (!answer) continue;
        store::AuditEntry entry;
        entry.run = runs[i];
        auto summary = parts_.catalog.get_run(runs[i]);
        if (summary) entry.flow = summary->row.flow;
        entry.action = job.action == "cancel" ? "CANCELLED" : "REPLAYED";
        entry.actor = job.actor;
        entry.metadata = reason_of(job);
        entry.created_at = parts_.clock.now();
        step.audit.push_back(std::move(entry));
    }
    if (auto recorded = parts_.jobs.record(job.id, step); !recorded)
        return std::unexpected(recorded.error());
    return is_held_up ? retry_pause : no_pause;
}

}  // namespace swiftgrid::control
