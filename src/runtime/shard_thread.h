#pragma once

// The thread of one shard: waits for messages, script workers and deadlines, and calls turn() with
// the real clock. Nothing here decides anything.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "runtime/inbox.h"
#include "runtime/shard.h"
#include "runtime/wall_clock_timer.h"

namespace swiftgrid::runtime {

class ShardThread {
public:
    explicit ShardThread(ShardParts parts);
    ~ShardThread();

    ShardThread(const ShardThread&) = delete;
    ShardThread& operator=(const ShardThread&) = delete;

    Inbox& inbox() { return inbox_; }

    // Starts the loop, which begins with what was found on disk.
    void start(Recovery recovery);

    // Returns when nothing is in flight any more or, at the latest, when `patience_ms` have passed
    // and everything decided so far is on disk. The thread has ended then.
    void drain(std::int64_t patience_ms);

private:
    void run();
    void wait(bool more);
    bool may_stop() const;

    int wake_fd_ = -1;
    WallClockTimer timer_;
    int epoll_fd_ = -1;
    ShardParts parts_;
    Inbox inbox_;
    Shard shard_;
    std::atomic<std::int64_t> stop_at_ms_ = 0;  // monotonic; 0: run on
    std::thread thread_;
};

}  // namespace swiftgrid::runtime
