#include "control/schedule_start.h"

namespace swiftgrid::control {

std::string schedule_key_scope(FlowId flow) { return "cron " + to_string(flow); }

StartRequest start_of(const store::Schedule& schedule, Instant planned_at) {
    StartRequest request;
    request.flow = schedule.flow;
    request.version = ActiveVersionOnly{};
    if (schedule.settings.input_data)
        request.input = JsonText::trusted(*schedule.settings.input_data);
    request.trigger = engine::Trigger::cron;
    request.key = KeyOfRequest{schedule_key_scope(schedule.flow), to_rfc3339(planned_at), ""};
    return request;
}

bool is_passing(ErrorCode code) {
    return code == ErrorCode::overloaded || code == ErrorCode::storage_full ||
           code == ErrorCode::storage_error || code == ErrorCode::timeout;
}

}  // namespace swiftgrid::control
