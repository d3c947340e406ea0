#include "engine/advance.h"
#include "engine/commands/commands.h"
#include "engine/follow.h"

namespace swiftgrid::engine {

void handle_command(Progress& progress, const CompleteNode& command) {
    if (!require_attempt(progress, {command.node, command.attempt, NodeStatus::running})) return;
    complete_attempt(progress, command);
    advance(progress);
}

}  // namespace swiftgrid::engine
