#include "engine/advance.h"
#include "engine/commands/commands.h"
#include "engine/follow.h"

namespace swiftgrid::engine {

void handle_command(Progress& progress, const FailNode& command) {
    // A scheduled node waits for the scripts of its input, which can fail too.
    const bool evaluating = command.node < progress.plan.nodes.size() &&
                            progress.state(command.node).status == NodeStatus::scheduled;
    const NodeStatus expected = evaluating ? NodeStatus::scheduled : NodeStatus::running;
    if (!require_attempt(progress, {command.node, command.attempt, expected})) return;
    fail_attempt(progress, command);
    advance(progress);
}

}  // namespace swiftgrid::engine
