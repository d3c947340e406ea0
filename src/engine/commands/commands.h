#pragma once

// One handler per command. Each checks, then emits and owes, or refuses with a reason.

#include "engine/command.h"
#include "engine/progress.h"

namespace swiftgrid::engine {

void handle_command(Progress& progress, const StartRun& command);
void handle_command(Progress& progress, const CompleteInput& command);
void handle_command(Progress& progress, const CompleteNode& command);
void handle_command(Progress& progress, const FailNode& command);
void handle_command(Progress& progress, const FireTimers& command);
void handle_command(Progress& progress, const ResumeNode& command);
void handle_command(Progress& progress, const CompleteChild& command);
void handle_command(Progress& progress, const CancelRun& command);

// Refuses unless the run is going on.
bool require_open_run(Progress& progress);

// Refuses unless the plan has such a node.
bool require_node(Progress& progress, NodeIndex node);

// Refuses unless the node is in `status` and `attempt` is the attempt that is going on.
struct AttemptCheck {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    NodeStatus status = NodeStatus::running;
};
bool require_attempt(Progress& progress, const AttemptCheck& check);

}  // namespace swiftgrid::engine
