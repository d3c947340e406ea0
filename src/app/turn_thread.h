#pragma once

// A thread for work that is due at times: it sleeps until the time that the last turn gave, until
// somebody wakes it, or until the system's clock is set.

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "base/instant.h"
#include "runtime/wall_clock_timer.h"

namespace swiftgrid::app {

class TurnThread {
public:
    // Does what is due and gives when something will be; nothing: only when it is woken.
    using Turn = std::function<std::optional<Instant>()>;

    explicit TurnThread(Turn turn);
    ~TurnThread();

    TurnThread(const TurnThread&) = delete;
    TurnThread& operator=(const TurnThread&) = delete;

    // One turn was done when it returns. To be called once.
    void start();

    // From any thread, also before start() and after stop().
    void wake();

    // The thread has ended when it returns; what was begun is finished.
    void stop();

private:
    void run();
    void wait();

    Turn turn_;
    int wake_fd_;
    runtime::WallClockTimer timer_;
    std::atomic<bool> stopped_ = false;
    std::thread thread_;
};

}  // namespace swiftgrid::app
