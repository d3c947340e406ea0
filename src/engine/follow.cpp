#include "engine/follow.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/overloaded.h"
#include "engine/finish.h"
#include "engine/node_input.h"

namespace swiftgrid::engine {
namespace {

std::optional<JsonText> useful_extras(const std::optional<JsonText>& extras) {
    if (!extras || extras->kind() != JsonKind::object || extras->view() == "{}")
        return std::nullopt;
    return extras;
}

void carry_on(Progress& progress, const FailNode& failure) {
    NodeCompleted completed;
    completed.node = failure.node;
    completed.attempt = failure.attempt;
    completed.result = error_result(failure.error);
    completed.duration_ms = failure.duration_ms;
    completed.error = failure.error;
    completed.extras = useful_extras(failure.extras);
    progress.turn.emit(std::move(completed));
    progress.decided.push_back(failure.node);
}

}  // namespace

void start_attempt(Progress& progress, NodeIndex node, JsonText input) {
    SG_ASSERT(progress.state(node).status == NodeStatus::scheduled, "scheduled before it starts");
    const model::PlanNode& plan_node = progress.node(node);
    const NodeBehaviour& behaviour = progress.behaviours.of(plan_node.descriptor->type);
    Directive directive = behaviour.enter(plan_node, input);
    progress.turn.emit(NodeStarted{node, first_attempt, input});
    std::visit(
        Overloaded{
            [&](Continue& done) {
                complete_attempt(progress, CompleteNode{node, first_attempt, std::move(done.output),
                                                        std::move(done.outputs), 0, std::nullopt});
            },
            [&](Perform& perform) {
                progress.turn.owe(
                    PerformNode{node, first_attempt, std::move(input),
                                performer_bindings(progress.run(), progress.plan, node, perform)});
            },
            [&](Refuse& refuse) {
                fail_attempt(progress, FailNode{node, first_attempt, std::move(refuse.error), 0,
                                                std::nullopt});
            },
        },
        directive);
}

void complete_attempt(Progress& progress, const CompleteNode& outcome) {
    if (auto error = over_limit("result", outcome.result)) {
        fail_attempt(progress, FailNode{outcome.node, outcome.attempt, std::move(*error),
                                        outcome.duration_ms, outcome.extras});
        return;
    }
    NodeCompleted completed;
    completed.node = outcome.node;
    completed.attempt = outcome.attempt;
    completed.result = outcome.result;
    completed.outputs = outcome.outputs;
    completed.duration_ms = outcome.duration_ms;
    completed.extras = useful_extras(outcome.extras);
    progress.turn.emit(std::move(completed));
    progress.decided.push_back(outcome.node);
}

void fail_attempt(Progress& progress, FailNode failure) {
    const model::PlanNode& node = progress.node(failure.node);
    failure.error.node_id = node.id;
    // The error becomes a result, `{ "error": { "details": … } }`, which has a depth limit too.
    if (failure.error.details && failure.error.details->is_deeper_than(limits::json_depth - 2))
        failure.error.details.reset();
    if (node.on_error == model::OnError::carry_on) {
        carry_on(progress, failure);
        return;
    }
    // The plan says `branch` only where an edge leaves the handle `error`.
    const bool absorbed = node.on_error == model::OnError::branch;
    progress.turn.emit(NodeFailed{failure.node, failure.attempt, failure.error, failure.duration_ms,
                                  absorbed, useful_extras(failure.extras)});
    if (absorbed)
        progress.decided.push_back(failure.node);
    else
        fail_run(progress, std::move(failure.error));
}

}  // namespace swiftgrid::engine
