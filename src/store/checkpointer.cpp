#include "store/checkpointer.h"

#include <chrono>

namespace swiftgrid::store {
namespace {

// After this long without a commit the log is emptied, so that a copy of the folder is small and a
// start has nothing to replay.
constexpr std::chrono::seconds idle{5};

}  // namespace

Checkpointer::Checkpointer(std::unique_ptr<sqlite::Connection> connection, CommitGate& commit_gate,
                           int pages_max)
    : connection_(std::move(connection)),
      commit_gate_(commit_gate),
      pages_max_(pages_max),
      thread_([this] { loop(); }) {}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Checkpointer::note_commit(int wal_pages) {
    bool due = false;
    {
        const std::lock_guard lock(mutex_);
        // The first commit after the log was empty starts the wait for an idle moment.
        due = wal_pages_ == 0 || wal_pages >= pages_copied_ + pages_max_;
        if (wal_pages < wal_pages_) pages_copied_ = 0;
        wal_pages_ = wal_pages;
        ++commits_;
    }
    if (due) changed_.notify_one();
}

void Checkpointer::loop() {
    std::unique_lock lock(mutex_);
    const auto is_due = [&] { return stopping_ || wal_pages_ >= pages_copied_ + pages_max_; };
    while (!stopping_) {
        if (wal_pages_ == 0) {
            changed_.wait(lock, [&] { return stopping_ || wal_pages_ > 0; });
            continue;
        }
        const std::uint64_t commits = commits_;
        const bool due = changed_.wait_for(lock, idle, is_due);
        if (stopping_) return;
        if (due) {
            lock.unlock();
            shorten();
            lock.lock();
        } else if (commits == commits_) {
            lock.unlock();
            {
                // A reader may be in the way; then the next idle moment does it.
                const std::lock_guard gate(commit_gate_);
                const auto emptied =
                    connection_->checkpoint(sqlite::Connection::CheckpointKind::truncate);
                lock.lock();
                if (emptied && commits == commits_) wal_pages_ = pages_copied_ = 0;
            }
        }
    }
}

void Checkpointer::shorten() {
    // A full disk is the committer's to report; here it only means: try later.
    if (!copy()) return;
    if (!has_outgrown_the_bound()) return;
    // What came meanwhile is little: copying it without holding anyone off leaves even less to copy
    // while commits wait.
    if (!copy()) return;
    const std::lock_guard gate(commit_gate_);
    copy();
}

bool Checkpointer::copy() {
    const auto copied = connection_->checkpoint(sqlite::Connection::CheckpointKind::passive);
    const std::lock_guard lock(mutex_);
    pages_copied_ = copied ? copied->pages_copied : wal_pages_;
    // The log began anew meanwhile.
    if (wal_pages_ < pages_copied_) pages_copied_ = 0;
    return copied.has_value();
}

bool Checkpointer::has_outgrown_the_bound() {
    const std::lock_guard lock(mutex_);
    return wal_pages_ > pages_copied_ && wal_pages_ >= 2 * pages_max_;
}

}  // namespace swiftgrid::store
