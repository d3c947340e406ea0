// Why a command is refused: never silently absorbed, since silence hides bugs (style.md D6).

#include <fmt/format.h>

#include "engine/commands/commands.h"
#include "engine/follow.h"

namespace swiftgrid::engine {

bool require_open_run(Progress& progress) {
    const RunState& run = progress.run();
    if (!run.exists()) {
        progress.turn.refuse(ErrorCode::not_found,
                             fmt::format("run {} does not exist", to_string(run.id)));
        return false;
    }
    if (is_final(run.status)) {
        progress.turn.refuse(
            ErrorCode::conflict,
            fmt::format("run {} is over: it is {}", to_string(run.id), to_string(run.status)));
        return false;
    }
    return true;
}

bool require_node(Progress& progress, NodeIndex node) {
    if (node < progress.plan.nodes.size()) return true;
    progress.turn.refuse(ErrorCode::not_found, fmt::format("the run has no node number {}", node));
    return false;
}

bool require_attempt(Progress& progress, const AttemptCheck& check) {
    if (!require_open_run(progress) || !require_node(progress, check.node)) return false;
    const std::string& id = progress.node(check.node).id;
    const NodeState& state = progress.state(check.node);
    if (state.status != check.status) {
        progress.turn.refuse(ErrorCode::conflict,
                             fmt::format("node '{}' is {}, not {}", id, to_string(state.status),
                                         to_string(check.status)));
        return false;
    }
    const std::uint32_t current =
        state.status == NodeStatus::scheduled ? first_attempt : state.attempt;
    if (check.attempt != current) {
        progress.turn.refuse(ErrorCode::conflict,
                             fmt::format("attempt {} of node '{}' is not going on: attempt {} is",
                                         check.attempt, id, current));
        return false;
    }
    return true;
}

}  // namespace swiftgrid::engine
