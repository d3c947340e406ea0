#include "engine/finish.h"

#include <algorithm>

#include "base/assert.h"
#include "engine/calls.h"
#include "engine/edges.h"
#include "engine/follow.h"
#include "engine/node_input.h"

namespace swiftgrid::engine {
namespace {

JsonText output_of(const RunState& run, const model::Plan& plan) {
    std::vector<NodeIndex> leaves;
    for (NodeIndex node = 0; node < plan.nodes.size(); ++node)
        if (is_executed_leaf(run, plan, node)) leaves.push_back(node);
    if (leaves.empty()) return JsonText();
    if (leaves.size() == 1) return run.nodes[leaves.front()].result.value_or(JsonText());
    return results_by_id(run, plan, leaves);
}

// True when the work was only owed in this very turn: the world never hears of it.
bool withdraw(Turn& turn, NodeIndex node) {
    return std::erase_if(turn.effects, [node](const Effect& effect) {
               const auto* evaluate = std::get_if<EvaluateInput>(&effect);
               const auto* perform = std::get_if<PerformNode>(&effect);
               return (evaluate && evaluate->node == node) || (perform && perform->node == node);
           }) > 0;
}

void stop_nodes(Progress& progress) {
    const auto count = static_cast<NodeIndex>(progress.plan.nodes.size());
    for (NodeIndex node = 0; node < count && progress.run().open_nodes > 0; ++node) {
        const NodeState& state = progress.state(node);
        if (state.status == NodeStatus::pending || is_final(state.status)) continue;
        const std::uint32_t attempt = state.attempt;
        const bool has_work =
            state.status == NodeStatus::scheduled || state.status == NodeStatus::running;
        cancel_children(progress, node);
        progress.turn.emit(NodeCancelled{node, attempt});
        if (has_work && !withdraw(progress.turn, node))
            progress.turn.owe(CancelNode{node, std::max(attempt, first_attempt)});
    }
    for (NodeIndex node = 0; node < count; ++node)
        if (progress.state(node).status == NodeStatus::pending)
            progress.turn.emit(NodeSkipped{node});
    progress.decided.clear();
}

}  // namespace

void complete_run(Progress& progress) {
    SG_ASSERT(progress.run().open_nodes == 0, "a run completes when nothing is open");
    progress.turn.emit(RunCompleted{output_of(progress.run(), progress.plan)});
    progress.turn.owe(EndRun{RunStatus::completed});
}

void fail_run(Progress& progress, RunError error) {
    stop_nodes(progress);
    progress.turn.emit(RunFailed{std::move(error)});
    progress.turn.owe(EndRun{RunStatus::failed});
}

void cancel_run(Progress& progress, std::string reason) {
    stop_nodes(progress);
    progress.turn.emit(RunCancelled{std::move(reason)});
    progress.turn.owe(EndRun{RunStatus::cancelled});
}

}  // namespace swiftgrid::engine
