#include "store/journal.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>

#include <fmt/format.h>

namespace swiftgrid::store {
namespace {

// Less than this is kept for finishing what is under way.
constexpr std::uint64_t free_bytes_min = 32 * limits::mebibyte;
constexpr std::int64_t space_check_ms = 1'000;
// EX_SOFTWARE: a supervisor restarts us, and the restart finds what is on disk.
constexpr int exit_code = 70;

void print_message(const std::string& message) {
    std::fprintf(stderr, "swiftgrid: %s\n", message.c_str());
}

void end_process(const JournalOptions& options, const std::string& message) {
    options.say(message);
    std::fflush(stderr);
    // Not exit(): nothing may run that could tell anyone of a state that is not on disk.
    std::_Exit(exit_code);
}

// From what a fast disk needs to what one that fails does.
constexpr std::array<std::int64_t, 16> commit_bounds_us{
    100,    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
constexpr std::array<std::int64_t, 10> group_bounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 1'024};

void too_late(PendingChange& change) {
    change.done(fail(ErrorCode::overloaded, "the server is shutting down; try again later"));
}

}  // namespace

Journal::Journal(Backend& backend, JournalOptions options)
    : options_(std::move(options)),
      group_commit_(backend),
      microseconds_(commit_bounds_us),
      sizes_(group_bounds) {
    if (!options_.say) options_.say = print_message;
    if (!options_.fatal)
        options_.fatal = [this](const std::string& message) { end_process(options_, message); };
}

void Journal::enqueue(Pending pending) {
    bool is_first = false;
    bool is_late = false;
    {
        const std::lock_guard lock(mutex_);
        is_first = arrived_.empty();
        if (is_first) first_arrived_at_ = std::chrono::steady_clock::now();
        is_late = finished_;
        if (!is_late) arrived_.push_back(std::move(pending));
    }
    if (!is_late) {
        if (is_first) changed_.notify_one();
    } else if (auto* change = std::get_if<PendingChange>(&pending)) {
        too_late(*change);
    }
}

void Journal::finish() {
    std::vector<Pending> arrived;
    {
        const std::lock_guard lock(mutex_);
        finished_ = true;
        arrived.swap(arrived_);
    }
    for (Pending& pending : arrived) {
        if (auto* change = std::get_if<PendingChange>(&pending)) too_late(*change);
    }
}

void Journal::append(Batch batch, std::function<void()> on_durable) {
    enqueue(PendingBatch{std::move(batch), std::move(on_durable)});
}

void Journal::mutate(std::function<Result<void>(sqlite::Connection&)> apply,
                     std::function<void(Result<void>)> done) {
    enqueue(PendingChange{std::move(apply), std::move(done)});
}

Result<void> Journal::mutate_and_wait(std::function<Result<void>(sqlite::Connection&)> apply) {
    std::promise<Result<void>> promise;
    auto outcome = promise.get_future();
    mutate(std::move(apply), [&](Result<void> result) { promise.set_value(std::move(result)); });
    return outcome.get();
}

Error Journal::refusal() const {
    const std::lock_guard lock(mutex_);
    return {ErrorCode::storage_full, refusal_};
}

GroupCommit::Outcome Journal::pump() {
    std::vector<Pending> arrived;
    {
        const std::lock_guard lock(mutex_);
        arrived.swap(arrived_);
    }
    for (Pending& pending : arrived) group_commit_.add(std::move(pending));
    const auto start = std::chrono::steady_clock::now();
    const std::size_t batches_before = group_commit_.batches_committed();
    const GroupCommit::Outcome outcome = group_commit_.pump();
    if (outcome == GroupCommit::Outcome::committed) {
        const auto took = std::chrono::steady_clock::now() - start;
        commits_.fetch_add(1, std::memory_order_relaxed);
        microseconds_.observe(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
        sizes_.observe(
            static_cast<std::int64_t>(group_commit_.batches_committed() - batches_before));
    }
    batches_.store(group_commit_.batches_committed(), std::memory_order_relaxed);
    group_waits_.store(group_commit_.has_work(), std::memory_order_relaxed);
    note(outcome);
    return outcome;
}

void Journal::note(GroupCommit::Outcome outcome) {
    switch (outcome) {
        case GroupCommit::Outcome::idle: return;
        case GroupCommit::Outcome::committed:
            disk_is_full_ = false;
            if (!space_is_low_) accepts_new_work_.store(true, std::memory_order_relaxed);
            return;
        case GroupCommit::Outcome::disk_full:
            if (!group_commit_.holds_group()) return;  // a change was refused, nothing is kept
            disk_is_full_ = true;
            refuse_work(
                fmt::format("the disk of {} is full: make room and the work goes on by itself",
                            options_.place));
            return;
        case GroupCommit::Outcome::failed:
            options_.fatal(
                fmt::format("a commit failed, so nothing after it may be believed; stopping to "
                            "restart from what "
                            "is on disk: {}",
                            group_commit_.error().message));
            return;
    }
}

void Journal::check_free_space(std::int64_t now_ms) {
    if (!options_.free_bytes || now_ms < next_space_check_ms_) return;
    next_space_check_ms_ = now_ms + space_check_ms;
    const auto free_bytes = options_.free_bytes();
    space_is_low_ = free_bytes && *free_bytes < free_bytes_min;
    if (space_is_low_)
        refuse_work(fmt::format(
            "the disk of {} is full: {} MiB are left and {} are kept for runs "
            "that are under way; make room and new work is taken again",
            options_.place, *free_bytes / limits::mebibyte, free_bytes_min / limits::mebibyte));
    else if (!disk_is_full_)
        accepts_new_work_.store(true, std::memory_order_relaxed);
}

void Journal::refuse_work(std::string reason) {
    {
        const std::lock_guard lock(mutex_);
        refusal_ = std::move(reason);
    }
    if (accepts_new_work_.exchange(false)) options_.say(refusal_);
}

void Journal::wait_for_work(std::optional<std::int64_t> timeout_ms) {
    std::unique_lock lock(mutex_);
    const auto is_due = [&] { return stopping_ || !arrived_.empty(); };
    if (timeout_ms)
        changed_.wait_for(lock, std::chrono::milliseconds(*timeout_ms), is_due);
    else
        changed_.wait(lock, is_due);
}

void Journal::wait_for_stop(std::int64_t timeout_ms) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return stopping_; });
}

void Journal::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

bool Journal::is_stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

bool Journal::has_work() const {
    const std::lock_guard lock(mutex_);
    return !arrived_.empty() || group_waits_.load(std::memory_order_relaxed);
}

Journal::Counts Journal::counts() const {
    return {commits_.load(std::memory_order_relaxed), batches_.load(std::memory_order_relaxed),
            microseconds_.values(), sizes_.values()};
}

Journal::Waiting Journal::waiting() const {
    const std::lock_guard lock(mutex_);
    if (arrived_.empty()) return {};
    const auto waited = std::chrono::steady_clock::now() - first_arrived_at_;
    return {arrived_.size(), std::chrono::duration_cast<std::chrono::milliseconds>(waited).count()};
}

}  // namespace swiftgrid::store
