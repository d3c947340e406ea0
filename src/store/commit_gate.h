#pragma once

// Keeps commits and the last step of a checkpoint apart. A plain mutex is not fair: a writer that
// commits again and again would never let the checkpointer in. Whoever waits here holds the
// turnstile, so that it is next.

#include <mutex>

namespace swiftgrid::store {

class CommitGate {
public:
    void lock() {
        const std::lock_guard turn(turnstile_);
        gate_.lock();
    }
    void unlock() { gate_.unlock(); }

private:
    std::mutex turnstile_;
    std::mutex gate_;
};

}  // namespace swiftgrid::store
