#pragma once

// The thread on which schedules are decided: it sleeps until the next occurrence, until somebody
// changes a schedule, or until the system's clock is set.

#include <atomic>
#include <thread>

#include "control/scheduler.h"
#include "runtime/wall_clock_timer.h"

namespace swiftgrid::app {

class ScheduleThread {
public:
    // The scheduler outlives this.
    explicit ScheduleThread(control::Scheduler& scheduler);
    ~ScheduleThread();

    ScheduleThread(const ScheduleThread&) = delete;
    ScheduleThread& operator=(const ScheduleThread&) = delete;

    // What is due already has been decided when it returns. To be called once.
    void start();

    // From any thread, also before start() and after stop().
    void wake();

    // The thread has ended when it returns; what was begun is finished.
    void stop();

private:
    void run();
    void wait();

    control::Scheduler& scheduler_;
    int wake_fd_;
    runtime::WallClockTimer timer_;
    std::atomic<bool> stopped_ = false;
    std::thread thread_;
};

}  // namespace swiftgrid::app
