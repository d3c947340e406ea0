#include <fmt/format.h>

#include "engine/advance.h"
#include "engine/commands/commands.h"
#include "engine/follow.h"
#include "engine/node_input.h"

namespace swiftgrid::engine {
namespace {

bool awaits_signal(const NodeState& state) {
    return state.waiting && std::holds_alternative<SignalWait>(state.waiting->wait);
}

// The node has not come to its wait yet.
bool is_early(const NodeState& state) {
    return state.status == NodeStatus::pending || state.status == NodeStatus::scheduled;
}

}  // namespace

void handle_command(Progress& progress, const ResumeNode& command) {
    if (!require_open_run(progress) || !require_node(progress, command.node)) return;
    const NodeState& state = progress.state(command.node);
    const bool is_new = is_early(state) && !state.early_signal;
    if (!is_new && !awaits_signal(state)) {
        progress.turn.refuse(ErrorCode::conflict,
                             fmt::format("node '{}' was resumed already or does not wait: it is {}",
                                         progress.node(command.node).id, to_string(state.status)));
        return;
    }
    if (auto error = over_limit("payload", command.payload)) {
        progress.turn.refuse(ErrorCode::too_large, error->message);
        return;
    }
    const std::uint32_t attempt = std::max(state.attempt, first_attempt);
    progress.turn.emit(NodeResumed{command.node, attempt, SignalReceived{command.payload}});
    if (is_new) return;
    resume_attempt(progress, command.node, SignalReceived{command.payload});
    advance(progress);
}

}  // namespace swiftgrid::engine
