#pragma once

// Keeps the write-ahead log short without making commits wait: copies pages into the database on a
// thread and a connection of its own. While commits keep coming a copy never catches up with the
// end of the log, so a log of twice the size has its last pages copied while commits are held off,
// which lets the next commit begin the log anew.

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "store/commit_gate.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

class Checkpointer {
public:
    // `commit_gate` is held by whoever writes, for the length of a transaction.
    Checkpointer(std::unique_ptr<sqlite::Connection> connection, CommitGate& commit_gate,
                 int pages_max);
    ~Checkpointer();

    // Tells how long the log is after a commit. Cheap; any thread.
    void note_commit(int wal_pages);

private:
    void loop();
    void shorten();
    bool copy();
    bool has_outgrown_the_bound();

    std::unique_ptr<sqlite::Connection> connection_;
    CommitGate& commit_gate_;
    const int pages_max_;

    std::mutex mutex_;
    std::condition_variable changed_;
    int wal_pages_ = 0;
    int pages_copied_ = 0;
    std::uint64_t commits_ = 0;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses everything above
};

}  // namespace swiftgrid::store
