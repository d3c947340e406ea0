#include <fmt/format.h>

#include "engine/advance.h"
#include "engine/calls.h"
#include "engine/commands/commands.h"
#include "engine/follow.h"

namespace swiftgrid::engine {
namespace {

// The very run that is waited for: an end that is reported twice, or late, is refused.
bool is_awaited(const NodeState& state, const CompleteChild& command) {
    if (!state.waiting) return false;
    if (const auto* wait = std::get_if<ChildWait>(&state.waiting->wait))
        return !command.item && wait->child == command.end.child;
    const auto& items = state.waiting->fan_out;
    return items && command.item && *command.item < items->items.size() &&
           items->is_running(*command.item) && items->attempt_of(*command.item) == command.attempt;
}

}  // namespace

void handle_command(Progress& progress, const CompleteChild& command) {
    if (!require_open_run(progress) || !require_node(progress, command.node)) return;
    if (!is_awaited(progress.state(command.node), command)) {
        progress.turn.refuse(ErrorCode::conflict, fmt::format("node '{}' does not wait for run {}",
                                                              progress.node(command.node).id,
                                                              to_string(command.end.child)));
        return;
    }
    if (command.item) {
        end_item(progress, *command.item, command);
    } else {
        progress.turn.emit(NodeResumed{command.node, command.attempt, command.end});
        resume_attempt(progress, command.node, command.end);
    }
    advance(progress);
}

}  // namespace swiftgrid::engine
