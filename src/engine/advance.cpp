#include "engine/advance.h"

#include "base/assert.h"
#include "engine/budget.h"
#include "engine/edges.h"
#include "engine/finish.h"
#include "engine/follow.h"
#include "engine/node_input.h"

namespace swiftgrid::engine {
namespace {

void consider(Progress& progress, NodeIndex node, const std::optional<RunError>& overspent) {
    if (progress.state(node).status != NodeStatus::pending) return;
    switch (readiness(progress.run(), progress.plan, node)) {
        case Readiness::wait: return;
        case Readiness::enter:
            if (overspent)
                fail_run(progress, *overspent);
            else
                enter(progress, node);
            return;
        case Readiness::skip:
            progress.turn.emit(NodeSkipped{node});
            progress.decided.push_back(node);
            return;
    }
}

}  // namespace

void enter(Progress& progress, NodeIndex node) {
    SG_ASSERT(progress.state(node).status == NodeStatus::pending, "a node starts at most once");
    progress.turn.emit(NodeScheduled{node});
    NodeInput input = resolve_input({progress.run(), progress.plan, node, progress.environment});
    if (auto* scripts = std::get_if<NeedsScripts>(&input)) {
        progress.turn.owe(EvaluateInput{node, first_attempt, std::move(scripts->bindings)});
        return;
    }
    if (auto* error = std::get_if<RunError>(&input)) {
        fail_attempt(progress, FailNode{node, first_attempt, std::move(*error), 0, std::nullopt,
                                        std::nullopt});
        return;
    }
    start_attempt(progress, node, first_attempt,
                  AttemptInput{std::move(std::get<JsonText>(input)), {}});
}

void advance(Progress& progress) {
    if (is_final(progress.run().status)) return;
    // A run that is done already may have spent too much: nothing is left to be stopped.
    const auto overspent = overspending(progress.run(), progress.plan);
    // The list grows while it is worked off.
    for (std::size_t i = 0; i < progress.decided.size(); ++i) {
        for (const model::EdgeIndex edge : progress.node(progress.decided[i]).outgoing) {
            if (is_final(progress.run().status)) return;
            consider(progress, progress.plan.edges[edge].target, overspent);
        }
    }
    if (is_final(progress.run().status)) return;
    if (progress.run().open_nodes == 0)
        complete_run(progress);
    else if (overspent)
        fail_run(progress, *overspent);
}

}  // namespace swiftgrid::engine
