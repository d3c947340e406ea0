#pragma once

// Starts the runs of schedules, each occurrence once (schedule_start.h), also when it decides again
// after a crash or because the clock was set. Which occurrence comes next is on disk, found by its
// index.
//
// There is no thread in here: app/turn_thread.h calls turn() when it asked to be called, tests
// do with a clock that they set.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/metrics.h"
#include "control/schedule_queue.h"
#include "control/schedule_start.h"
#include "runtime/clock.h"
#include "store/schedules.h"

namespace swiftgrid::control {

class Scheduler {
public:
    struct Parts {
        store::Schedules& schedules;
        runtime::EventHub& hub;
        const runtime::Clock& clock;
        StartRunOf start;
        // Called on any thread: turn() should be called.
        std::function<void()> wake;
        std::function<void(const std::string&)> warn;
        ControlMetrics* metrics = nullptr;
    };
    explicit Scheduler(const Parts& parts);

    // Does what is due, blocking. Answers when to be called next although nobody wakes it; nothing:
    // when woken.
    std::optional<Instant> turn();

private:
    // A schedule that is due, and what becomes of it.
    struct Case {
        store::Schedule schedule;
        store::ScheduleStep step;
        std::optional<StartRequest> start;
        bool is_postponed = false;
    };

    Result<void> begin();
    Result<void> work();
    Result<bool> start_some_that_are_due(Instant now);
    Result<void> record(std::vector<Case>& cases);
    void count(const store::Occurrence& occurrence) const;
    Result<Case> examine(store::Schedule schedule, Instant now);
    Result<bool> take_over_started(Case& due, Instant now);
    Result<void> decide_overlap(Case& due, store::Occurrence occurrence);
    void start_all(std::vector<Case>& cases);
    void note_answer(Case& due, const Answer<Started>& answer);

    Parts parts_;
    ScheduleQueue queue_;
    bool has_begun_ = false;
    // What was planned before was missed: nobody was there.
    Instant up_since_;
    Instant last_turn_;
};

}  // namespace swiftgrid::control
