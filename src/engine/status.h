#pragma once

// The states of a run and of a node in it, with the contract's names (engine.md section 3).

#include <cstdint>
#include <optional>
#include <string_view>

namespace swiftgrid::engine {

enum class RunStatus : std::uint8_t { pending, running, suspended, completed, failed, cancelled };

enum class NodeStatus : std::uint8_t {
    pending,
    scheduled,
    running,
    suspended,
    retrying,
    completed,
    failed,
    skipped,
    cancelled,
};

enum class Trigger : std::uint8_t { manual, webhook, cron, subflow, map, replay, mcp };

std::string_view to_string(RunStatus status);
std::string_view to_string(NodeStatus status);
std::string_view to_string(Trigger trigger);
std::optional<RunStatus> parse_run_status(std::string_view text);
std::optional<Trigger> parse_trigger(std::string_view text);

constexpr bool is_final(RunStatus status) {
    return status == RunStatus::completed || status == RunStatus::failed ||
           status == RunStatus::cancelled;
}
constexpr bool is_final(NodeStatus status) {
    return status == NodeStatus::completed || status == NodeStatus::failed ||
           status == NodeStatus::skipped || status == NodeStatus::cancelled;
}

}  // namespace swiftgrid::engine
