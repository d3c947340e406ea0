#pragma once

// Occurrences that wait until no run of their flow is open, at most one per flow. They are on disk
// as `queued`; here is only which flows have one, to know whose ends to listen for.

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "control/metrics.h"
#include "control/schedule_start.h"
#include "runtime/clock.h"
#include "runtime/event_hub.h"
#include "store/schedules.h"

namespace swiftgrid::control {

class ScheduleQueue {
public:
    struct Parts {
        store::Schedules& schedules;
        runtime::EventHub& hub;
        const runtime::Clock& clock;
        StartRunOf start;
        // Called on any thread when start_ready() has something to do.
        std::function<void()> wake;
        ControlMetrics* metrics = nullptr;
    };
    explicit ScheduleQueue(Parts parts) : parts_(std::move(parts)) {}
    ~ScheduleQueue() { listen(false); }

    ScheduleQueue(const ScheduleQueue&) = delete;
    ScheduleQueue& operator=(const ScheduleQueue&) = delete;

    // Finds what was queued before. To be called once.
    Result<void> recover();

    // After it is on disk.
    void add(const store::QueuedOccurrence& queued);

    // Starts those whose turn it is. Blocking, on the thread of the others. After an error it has
    // to be called again.
    Result<void> start_ready();

private:
    class Ends;

    Result<bool> start_if_alone(const store::QueuedOccurrence& queued);
    Result<std::optional<store::Occurrence>> find_started(const store::QueuedOccurrence& queued);
    Result<std::optional<store::Occurrence>> start(const store::QueuedOccurrence& queued);
    void listen(bool wanted);

    Parts parts_;
    std::unordered_map<FlowId, store::QueuedOccurrence> waiting_;
    std::shared_ptr<Ends> ends_;  // null: nobody waits
};

}  // namespace swiftgrid::control
