// BulkRuns: what a portion of a job does.

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/bulk_runs.h"
#include "store/cursor.h"

namespace swiftgrid::control {
namespace {

constexpr Duration retry_wait{limits::bulk_retry_ms};
constexpr Duration deletion_pause{limits::deletion_pause_ms};

std::string reason_of(const store::BulkJob& job) {
    return fmt::format(R"({{"reason":"bulk_{}","jobId":"{}"}})", job.action,
                       swiftgrid::to_string(job.id));
}

// A queue or the disk is full: later it may work.
bool is_for_later(const Error& error) {
    return error.code == ErrorCode::overloaded || error.code == ErrorCode::storage_full;
}

std::optional<Instant> earlier(std::optional<Instant> one, std::optional<Instant> other) {
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}

}  // namespace

// Answers that come on other threads, in the order of the questions. Nobody waits for them: with a
// full disk they come when there is room again.
class BulkRuns::Answers {
public:
    Answers(std::size_t count, std::function<void()> wake)
        : wake_(std::move(wake)), missing_(count), answers_(count) {}

    void give(std::size_t index, Result<void> answer) {
        {
            const std::lock_guard lock(mutex_);
            answers_[index] = std::move(answer);
            if (--missing_ > 0) return;
        }
        wake_();
    }
    bool are_complete() const {
        const std::lock_guard lock(mutex_);
        return missing_ == 0;
    }
    // Requires that they are complete.
    const std::vector<Result<void>>& all() const { return answers_; }

private:
    const std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::size_t missing_;
    std::vector<Result<void>> answers_;
};

BulkRuns::BulkRuns(Parts parts) : parts_(std::move(parts)) {}
BulkRuns::~BulkRuns() = default;

BulkRuns::Turn BulkRuns::work(Instant now) {
    settle_held(now);
    Turn turn;
    turn.next = work_on_next(now);
    for (const auto& [id, held] : held_) turn.next = earlier(turn.next, std::max(held.until, now));
    turn.trouble = std::exchange(trouble_, std::nullopt);
    return turn;
}

void BulkRuns::settle_held(Instant now) {
    for (auto held = held_.begin(); held != held_.end();) {
        go_on(held->second, now);
        const bool is_over = held->second.runs.empty() && held->second.until <= now;
        held = is_over ? held_.erase(held) : std::next(held);
    }
}

void BulkRuns::go_on(Held& held, Instant now) {
    if (held.answers && held.answers->are_complete()) return settle(held, now);
    if (held.answers) held.until = now + retry_wait;
    if (held.runs.empty() || held.until > now) return;
    auto job = parts_.jobs.get(held.job.id);
    if (job && job->status == "running") {
        ask(held);
    } else if (job || job.error().code == ErrorCode::not_found) {
        held.runs.clear();
    } else {
        wait_for_better_times(held, job.error(), now);
    }
}

// Writes down what the answers say. Those that are for later are asked again, and no others.
void BulkRuns::settle(Held& held, Instant now) {
    std::vector<RunId> left;
    if (auto recorded = parts_.jobs.record(held.job.id, step_of(held, left)); !recorded)
        return wait_for_better_times(held, recorded.error(), now);
    held.until = left.empty() ? now : now + retry_wait;
    held.runs = std::move(left);
    held.answers.reset();
}

void BulkRuns::wait_for_better_times(Held& held, const Error& error, Instant now) {
    held.until = now + retry_wait;
    if (!is_for_later(error)) trouble_ = error;
}

store::BulkStep BulkRuns::step_of(const Held& held, std::vector<RunId>& left) {
    store::BulkStep step;
    for (std::size_t i = 0; i < held.runs.size(); ++i) {
        const RunId run = held.runs[i];
        const Result<void>& answer = held.answers->all()[i];
        if (!answer && is_for_later(answer.error())) {
            left.push_back(run);
        } else if (answer) {
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
        entry.run = run;
        auto summary = parts_.catalog.get_run(run);
        if (summary) entry.flow = summary->row.flow;
        entry.action = held.job.action == "cancel" ? "CANCELLED" : "REPLAYED";
        entry.actor = held.job.actor;
        entry.metadata = reason_of(held.job);
        entry.created_at = parts_.clock.now();
        step.audit.push_back(std::move(entry));
    }
    // After a crash the whole portion is done again.
    step.before = left.empty() ? held.last : held.job.before;
    return step;
}

std::optional<Instant> BulkRuns::work_on_next(Instant now) {
    BulkJobId after;
    for (;;) {
        auto job = parts_.jobs.next(after);
        if (!job) {
            trouble_ = job.error();
            return now + retry_wait;
        }
        if (!*job) return std::nullopt;
        after = (*job)->id;
        if (held_.contains(after)) continue;
        if (auto next = work_on(**job, now)) return next;
    }
}

std::optional<Instant> BulkRuns::work_on(const store::BulkJob& job, Instant now) {
    const auto go_on_now = [&](const Result<void>& done) {
        return done ? std::optional(now) : hold(job, done.error(), now);
    };
    auto selection = selection_of(job);
    if (!selection) return go_on_now(end(job.id, "failed", selection.error().message));
    auto portion = next_portion(job, selection->filter);
    if (!portion) return hold(job, portion.error(), now);
    if (portion->skips_until) {
        store::BulkStep step;
        step.before = *portion->skips_until;
        return go_on_now(parts_.jobs.record(job.id, step));
    }
    if (portion->runs.empty()) return go_on_now(end(job.id, "completed"));
    if (bulk_action(job.action) == BulkAction::remove) return remove(job, portion->runs, now);
    Held& held = held_[job.id];
    held.until = now;
    held.job = job;
    held.job.runs.reset();
    held.last = portion->runs.back();
    held.runs = std::move(portion->runs);
    ask(held);
    return std::nullopt;
}

// A job whose own error it is ends; one that is the store's waits.
std::optional<Instant> BulkRuns::hold(const store::BulkJob& job, const Error& error, Instant now) {
    if (!is_for_later(error) && error.code != ErrorCode::storage_error) {
        if (end(job.id, "failed", error.message)) return now;
    }
    wait_for_better_times(held_[job.id], error, now);
    return std::nullopt;
}

Result<BulkRuns::Portion> BulkRuns::next_portion(const store::BulkJob& job,
                                                 const store::RunQuery& filter) {
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
    auto query = query_for(action, filter);
    if (!query) return portion;
    query->cursor = store::cursor_of(job.before.uuid);
    query->limit = count;
    auto page = parts_.catalog.list_runs(*query);
    if (!page) return std::unexpected(page.error());
    for (const store::RunSummary& run : page->items) portion.runs.push_back(run.row.id);
    if (!portion.runs.empty() || !page->next_cursor) return portion;
    const auto next = store::parse_id_cursor(*page->next_cursor);
    if (!next) return std::unexpected(next.error());
    portion.skips_until = RunId{**next};
    return portion;
}

std::optional<Instant> BulkRuns::remove(const store::BulkJob& job, const std::vector<RunId>& runs,
                                        Instant now) {
    store::Deletion deletion;
    deletion.actor = {job.actor, reason_of(job)};
    deletion.now = now;
    auto removed = parts_.jobs.remove(job.id, runs, deletion);
    if (!removed) return hold(job, removed.error(), now);
    for (const store::DeletedRun& gone : removed->deleted)
        parts_.hub.publish_run_deleted(gone.run, gone.flow);
    return now + deletion_pause;
}

void BulkRuns::ask(Held& held) {
    held.answers = std::make_shared<Answers>(held.runs.size(), parts_.wake);
    const bool cancels = bulk_action(held.job.action) == BulkAction::cancel;
    for (std::size_t i = 0; i < held.runs.size(); ++i)
        if (cancels)
            ask_to_cancel(held, i);
        else
            ask_to_replay(held, i);
}

void BulkRuns::ask_to_cancel(const Held& held, std::size_t index) {
    runtime::Submission submission;
    submission.run = held.runs[index];
    submission.command = engine::CancelRun{"cancelled by a person"};
    submission.reply = [answers = held.answers, index](Result<void> answer) {
        answers->give(index, std::move(answer));
    };
    if (auto sent = parts_.submit(std::move(submission)); !sent)
        held.answers->give(index, std::unexpected(sent.error()));
}

void BulkRuns::ask_to_replay(const Held& held, std::size_t index) {
    ReplayRequest request;
    request.run = held.runs[index];
    // After a crash the portion is done again, but nothing starts twice.
    request.key = KeyOfRequest{"bulk " + swiftgrid::to_string(held.job.id),
                               swiftgrid::to_string(request.run), ""};
    parts_.replay(
        std::move(request), [answers = held.answers, index](const Answer<Started>& started) {
            answers->give(index, started ? Result<void>()
                                         : Result<void>(std::unexpected(started.error().error)));
        });
}

}  // namespace swiftgrid::control
