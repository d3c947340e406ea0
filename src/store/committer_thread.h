#pragma once

// The loop that calls Journal::pump(): as soon as there is work, again every half second while the
// disk is full. Ends after what waits is committed.

#include <thread>

#include "store/journal.h"

namespace swiftgrid::store {

class CommitterThread {
public:
    // The journal outlives the thread.
    explicit CommitterThread(Journal& journal);

    // Commits what waits, then ends. What a full disk keeps from being committed stays uncommitted
    // and unacknowledged.
    ~CommitterThread();

    CommitterThread(const CommitterThread&) = delete;
    CommitterThread& operator=(const CommitterThread&) = delete;

private:
    void loop();

    Journal& journal_;
    std::thread thread_;
};

}  // namespace swiftgrid::store
