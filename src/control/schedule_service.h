#pragma once

// The schedules of flows as people set them, and what a cron expression means. Blocking: called on
// API worker threads.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "control/answer.h"
#include "runtime/clock.h"
#include "store/schedules.h"

namespace swiftgrid::control {

struct CronQuestion {
    std::string cron;
    std::string timezone = "UTC";
    std::int64_t count = 5;
    std::optional<std::string> from;  // RFC 3339; now when absent
};

class ScheduleService {
public:
    struct Parts {
        store::Schedules& schedules;
        const runtime::Clock& clock;
        // Called after every change of when something is due.
        std::function<void()> changed;
    };
    explicit ScheduleService(Parts parts) : parts_(std::move(parts)) {}

    // The schedule of a flow that has none is a disabled one without expression.
    Answer<std::string> get(FlowId flow);
    Answer<std::string> put(FlowId flow, const store::ScheduleSettings& settings);
    Answer<void> remove(FlowId flow);
    Answer<std::string> list(const std::string& cursor, std::size_t limit);

    // { valid, error, description, next }
    Answer<std::string> preview(const CronQuestion& question);

private:
    Answer<std::string> schedule_json(const store::Schedule& schedule, bool in_list);

    Parts parts_;
};

}  // namespace swiftgrid::control
