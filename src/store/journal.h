#pragma once

// The thread-safe front of durable memory. Shards append batches, the catalogue changes rows; both
// go through one queue to the one writer. When the disk is full, or nearly so, new work is refused
// and what was taken waits for room; any other failure to commit ends the process through the fatal
// handler, since memory is then ahead of the disk (fail-stop).
//
//   shards, request threads ──append, change──▶ queue ──▶ CommitterThread: pump() ──▶ Backend

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "observe/histogram.h"
#include "store/group_commit.h"

namespace swiftgrid::store {

struct JournalOptions {
    std::string place = "memory";  // the data folder, for messages
    // What the file system has left; empty or answering nothing: not checked.
    std::function<std::optional<std::uint64_t>()> free_bytes;
    // Tells the operator that new work is refused, or why the process ends. Empty: a line of text
    // on standard error.
    std::function<void(const std::string& message)> say;
    // Must not return, except in tests. Empty: says the message and ends the process with 70.
    std::function<void(const std::string& message)> fatal;
};

class Journal {
public:
    // The backend outlives the journal.
    explicit Journal(Backend& backend, JournalOptions options = {});

    // `on_durable` is called on the committer's thread once the batch is on disk. It must be quick.
    void append(Batch batch, std::function<void()> on_durable);

    // Changes rows in the writer's transaction, in a savepoint of its own; `done` is called on the
    // committer's thread after the commit. `apply` may run more than once before it is committed.
    void mutate(std::function<Result<void>(sqlite::Connection&)> apply,
                std::function<void(Result<void>)> done);

    // The same and waits. Not on the committer's thread.
    Result<void> mutate_and_wait(std::function<Result<void>(sqlite::Connection&)> apply);

    // False when the disk has no room for more: refuse starts with refusal(). What is under way may
    // go on. Cheap.
    bool accepts_new_work() const { return accepts_new_work_.load(std::memory_order_relaxed); }
    Error refusal() const;

    // For the committer (and tests, in its place).
    GroupCommit::Outcome pump();
    // Looks at the free space at most once a second; `now_ms` is of any monotonic clock.
    void check_free_space(std::int64_t now_ms);
    // Returns when there is work or stop() was called, or after `timeout_ms` if given.
    void wait_for_work(std::optional<std::int64_t> timeout_ms);
    void wait_for_stop(std::int64_t timeout_ms);

    // Makes the committer finish what waits and end.
    void stop();
    bool is_stopping() const;
    // The committer has ended: changes that come too late are answered with `not_available`.
    void finish();
    bool has_work() const;

    struct Counts {
        std::uint64_t commits = 0;
        std::uint64_t batches = 0;
        observe::HistogramValues microseconds;  // of a commit
        observe::HistogramValues sizes;         // batches of one commit
    };
    Counts counts() const;

    // What waits for the next commit, and how long the first of it has been waiting.
    struct Waiting {
        std::size_t count = 0;
        std::int64_t oldest_ms = 0;
    };
    Waiting waiting() const;

private:
    void enqueue(Pending pending);
    void refuse_work(std::string reason);
    void note(GroupCommit::Outcome outcome);

    JournalOptions options_;
    GroupCommit group_commit_;  // the committer's alone

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Pending> arrived_;
    std::chrono::steady_clock::time_point first_arrived_at_;
    bool stopping_ = false;
    bool finished_ = false;
    std::string refusal_;

    std::atomic<bool> accepts_new_work_ = true;
    std::atomic<bool> group_waits_ = false;
    bool disk_is_full_ = false;  // the committer's alone, like the next two
    bool space_is_low_ = false;
    std::int64_t next_space_check_ms_ = 0;
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> batches_ = 0;
    observe::Histogram microseconds_;
    observe::Histogram sizes_;
};

}  // namespace swiftgrid::store
