#include <fmt/format.h>

#include "base/assert.h"
#include "engine/advance.h"
#include "engine/commands/commands.h"

namespace swiftgrid::engine {
namespace {

bool may_start(Progress& progress, const StartRun& command) {
    const RunState& run = progress.run();
    if (run.exists()) {
        progress.turn.refuse(ErrorCode::conflict,
                             fmt::format("run {} was started already: it is {}", to_string(run.id),
                                         to_string(run.status)));
        return false;
    }
    if (command.enter_at && !require_node(progress, *command.enter_at)) return false;
    for (const KeptNode& kept : command.kept)
        if (!require_node(progress, kept.node)) return false;
    return true;
}

NodeCompleted completed_elsewhere(const KeptNode& kept) {
    NodeCompleted completed;
    completed.node = kept.node;
    completed.attempt = 0;
    completed.result = kept.result;
    completed.outputs = kept.outputs;
    completed.error = kept.error;
    completed.kept = true;
    return completed;
}

NodeFailed failed_elsewhere(const KeptNode& kept) {
    NodeFailed failed;
    failed.node = kept.node;
    failed.attempt = 0;
    failed.error = kept.error.value_or(RunError());
    failed.absorbed = true;
    failed.kept = true;
    return failed;
}

void take_over(Progress& progress, const KeptNode& kept) {
    if (kept.status == NodeStatus::completed)
        progress.turn.emit(completed_elsewhere(kept));
    else if (kept.status == NodeStatus::failed)
        progress.turn.emit(failed_elsewhere(kept));
    else
        progress.turn.emit(NodeSkipped{kept.node, true});
    progress.decided.push_back(kept.node);
}

}  // namespace

void handle_command(Progress& progress, const StartRun& command) {
    if (!may_start(progress, command)) return;
    progress.turn.emit(command.created);
    progress.turn.emit(RunStarted{});
    for (const KeptNode& kept : command.kept)
        if (progress.state(kept.node).status == NodeStatus::pending) take_over(progress, kept);
    if (command.enter_at && progress.state(*command.enter_at).status == NodeStatus::pending)
        enter(progress, *command.enter_at);
    const auto count = static_cast<NodeIndex>(progress.plan.nodes.size());
    for (NodeIndex node = 0; node < count; ++node) {
        if (is_final(progress.run().status)) return;
        if (!progress.node(node).incoming.empty()) continue;
        if (progress.state(node).status == NodeStatus::pending) enter(progress, node);
    }
    if (!is_final(progress.run().status)) advance(progress);
}

}  // namespace swiftgrid::engine
