#include "engine/outstanding.h"

#include "engine/calls.h"
#include "engine/follow.h"
#include "engine/node_input.h"

namespace swiftgrid::engine {
namespace {

PerformNode owed_attempt(const RunState& run, const model::Plan& plan,
                         const NodeBehaviours& behaviours, NodeIndex node) {
    const model::PlanNode& plan_node = plan.nodes[node];
    const NodeState& state = run.nodes[node];
    PerformNode effect{node, state.attempt, state.input.value_or(JsonText()), {}};
    const Directive directive =
        behaviours.of(plan_node.descriptor->type).enter(plan_node, effect.input);
    // A newer behaviour may decide otherwise, but the attempt has begun and is carried out.
    if (const auto* perform = std::get_if<Perform>(&directive))
        effect.bindings = performer_bindings(run, plan, node, *perform);
    return effect;
}

}  // namespace

std::vector<Effect> outstanding(const RunState& run, const model::Plan& plan,
                                const NodeBehaviours& behaviours) {
    std::vector<Effect> effects;
    if (!run.exists() || is_final(run.status)) return effects;
    for (NodeIndex node = 0; node < plan.nodes.size(); ++node) {
        switch (run.nodes[node].status) {
            case NodeStatus::scheduled:
                effects.push_back(
                    EvaluateInput{node, first_attempt, script_bindings(run, plan, node)});
                break;
            case NodeStatus::running:
                effects.push_back(owed_attempt(run, plan, behaviours, node));
                break;
            case NodeStatus::suspended:
                for (StartChildRun& start : owed_children(run, node))
                    effects.push_back(std::move(start));
                break;
            case NodeStatus::pending:
            case NodeStatus::retrying:
            case NodeStatus::completed:
            case NodeStatus::failed:
            case NodeStatus::skipped:
            case NodeStatus::cancelled: break;
        }
    }
    return effects;
}

}  // namespace swiftgrid::engine
