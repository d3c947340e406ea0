#include "engine/status.h"

namespace swiftgrid::engine {

std::string_view to_string(RunStatus status) {
    switch (status) {
        case RunStatus::pending: return "pending";
        case RunStatus::running: return "running";
        case RunStatus::suspended: return "suspended";
        case RunStatus::completed: return "completed";
        case RunStatus::failed: return "failed";
        case RunStatus::cancelled: return "cancelled";
    }
    return "";
}

std::string_view to_string(NodeStatus status) {
    switch (status) {
        case NodeStatus::pending: return "pending";
        case NodeStatus::scheduled: return "scheduled";
        case NodeStatus::running: return "running";
        case NodeStatus::suspended: return "suspended";
        case NodeStatus::retrying: return "retrying";
        case NodeStatus::completed: return "completed";
        case NodeStatus::failed: return "failed";
        case NodeStatus::skipped: return "skipped";
        case NodeStatus::cancelled: return "cancelled";
    }
    return "";
}

std::string_view to_string(Trigger trigger) {
    switch (trigger) {
        case Trigger::manual: return "manual";
        case Trigger::webhook: return "webhook";
        case Trigger::cron: return "cron";
        case Trigger::subflow: return "subflow";
        case Trigger::map: return "map";
        case Trigger::replay: return "replay";
        case Trigger::mcp: return "mcp";
    }
    return "";
}

std::optional<RunStatus> parse_run_status(std::string_view text) {
    for (const RunStatus status : {RunStatus::pending, RunStatus::running, RunStatus::suspended,
                                   RunStatus::completed, RunStatus::failed, RunStatus::cancelled})
        if (to_string(status) == text) return status;
    return std::nullopt;
}

std::optional<Trigger> parse_trigger(std::string_view text) {
    for (const Trigger trigger : {Trigger::manual, Trigger::webhook, Trigger::cron,
                                  Trigger::subflow, Trigger::map, Trigger::replay, Trigger::mcp})
        if (to_string(trigger) == text) return trigger;
    return std::nullopt;
}

}  // namespace swiftgrid::engine
