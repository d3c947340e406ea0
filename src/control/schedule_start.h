#pragma once

// The start of one occurrence. It carries flow and planned time as its idempotency key: whoever
// starts it again finds the run there.

#include <functional>
#include <string>

#include "control/run_starter.h"
#include "store/schedules.h"

namespace swiftgrid::control {

using StartRunOf = std::function<void(StartRequest, RunStarter::Done)>;

// What the idempotency keys of a flow's occurrences are unique in; the key is the planned time.
std::string schedule_key_scope(FlowId flow);

// Of the flow's active version.
StartRequest start_of(const store::Schedule& schedule, Instant planned_at);

// It may be otherwise in a moment; every other error is an answer.
bool is_passing(ErrorCode code);

}  // namespace swiftgrid::control
