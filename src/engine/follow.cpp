#include "engine/follow.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/overloaded.h"
#include "engine/calls.h"
#include "engine/finish.h"
#include "engine/node_input.h"
#include "engine/retry_policy.h"

namespace swiftgrid::engine {
namespace {

std::optional<JsonText> useful_extras(const std::optional<JsonText>& extras) {
    if (!extras || extras->kind() != JsonKind::object || extras->view() == "{}")
        return std::nullopt;
    return extras;
}

void carry_on(Progress& progress, const FailNode& failure, const std::optional<JsonText>& result) {
    NodeCompleted completed;
    completed.node = failure.node;
    completed.attempt = failure.attempt;
    completed.result = result ? *result : error_result(failure.error);
    completed.duration_ms = failure.duration_ms;
    completed.error = failure.error;
    completed.extras = useful_extras(failure.extras);
    progress.turn.emit(std::move(completed));
    progress.decided.push_back(failure.node);
}

bool retry_later(Progress& progress, const FailNode& failure) {
    // What failed before it started would fail again.
    if (progress.state(failure.node).status == NodeStatus::scheduled) return false;
    const FailedAttempt failed{progress.run().id, failure.node, failure.attempt, 0,
                               failure.retry_after_ms};
    const auto delay =
        retry_after_failure(progress.node(failure.node).retry, failed, failure.error);
    if (!delay) return false;
    progress.turn.emit(NodeRetryScheduled{failure.node, failure.attempt, failure.error,
                                          progress.turn.now() + *delay, failure.duration_ms,
                                          std::nullopt, useful_extras(failure.extras)});
    return true;
}

void sleep(Progress& progress, NodeIndex node, const Sleep& sleep) {
    const Instant now = progress.turn.now();
    const Instant until = std::visit(Overloaded{
                                         [&](const Duration& length) { return now + length; },
                                         [](const Instant& instant) { return instant; },
                                     },
                                     sleep.until);
    if (until <= now)
        resume_attempt(progress, node, TimerFired{Duration{0}});
    else
        progress.turn.emit(NodeSuspended{node, progress.state(node).attempt, TimerWait{until}});
}

void await_signal(Progress& progress, NodeIndex node, const AwaitSignal& await) {
    if (const auto& early = progress.state(node).early_signal) {
        resume_attempt(progress, node, SignalReceived{*early});
        return;
    }
    const Instant until = progress.turn.now() + await.at_most;
    progress.turn.emit(NodeSuspended{node, progress.state(node).attempt, SignalWait{until}});
}

// How long the node has been at it, for one that waits.
std::int64_t time_waited(const Progress& progress, NodeIndex node) {
    const NodeState& state = progress.state(node);
    return (progress.turn.now() - state.started_at.value_or(progress.turn.now())).milliseconds;
}

void complete(Progress& progress, NodeIndex node, Continue done, std::int64_t duration_ms) {
    complete_attempt(progress,
                     CompleteNode{node, progress.state(node).attempt, std::move(done.output),
                                  std::move(done.outputs), duration_ms, std::nullopt});
}

void refuse(Progress& progress, NodeIndex node, Refuse refused, std::int64_t duration_ms) {
    fail_attempt(progress,
                 FailNode{node, progress.state(node).attempt, std::move(refused.error), duration_ms,
                          std::nullopt, std::nullopt},
                 refused.result);
}

void owe_attempt(Progress& progress, NodeIndex node, const Perform& perform) {
    const NodeState& state = progress.state(node);
    progress.turn.owe(
        PerformNode{node, state.attempt, *state.input,
                    performer_bindings(progress.run(), progress.plan, node, perform)});
}

}  // namespace

void start_attempt(Progress& progress, NodeIndex node, std::uint32_t attempt, AttemptInput input) {
    const NodeStatus status = progress.state(node).status;
    SG_ASSERT(status == NodeStatus::scheduled || status == NodeStatus::retrying,
              "scheduled before it starts");
    const model::PlanNode& plan_node = progress.node(node);
    Directive directive =
        progress.behaviours.of(plan_node.descriptor->type).enter(plan_node, input.value);
    progress.turn.emit(
        NodeStarted{node, attempt, std::move(input.value), std::move(input.script_values)});
    std::visit(Overloaded{
                   [&](Continue& done) { complete(progress, node, std::move(done), 0); },
                   [&](Perform& perform) { owe_attempt(progress, node, perform); },
                   [&](Refuse& refused) { refuse(progress, node, std::move(refused), 0); },
                   [&](Sleep& asked) { sleep(progress, node, asked); },
                   [&](AwaitSignal& asked) { await_signal(progress, node, asked); },
                   [&](CallFlow& call) { call_flow(progress, node, call); },
                   [&](FanOut& asked) { fan_out(progress, node, asked); },
               },
               directive);
}

void resume_attempt(Progress& progress, NodeIndex node, const WakeReason& reason) {
    const model::PlanNode& plan_node = progress.node(node);
    const std::int64_t waited_ms = time_waited(progress, node);
    Directive directive = progress.behaviours.of(plan_node.descriptor->type)
                              .resume(plan_node, *progress.state(node).input, reason);
    if (auto* done = std::get_if<Continue>(&directive)) {
        complete(progress, node, std::move(*done), waited_ms);
        return;
    }
    auto* refused = std::get_if<Refuse>(&directive);
    SG_ASSERT(refused != nullptr, "a node that waited goes on or fails");
    refuse(progress, node, std::move(*refused), waited_ms);
}

void complete_attempt(Progress& progress, const CompleteNode& outcome) {
    if (auto error = over_limit("result", outcome.result)) {
        fail_attempt(progress, FailNode{outcome.node, outcome.attempt, std::move(*error),
                                        outcome.duration_ms, outcome.extras, std::nullopt});
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

void fail_attempt(Progress& progress, FailNode failure, const std::optional<JsonText>& result) {
    const model::PlanNode& node = progress.node(failure.node);
    failure.error.node_id = node.id;
    // The error becomes a result, `{ "error": { "details": … } }`, which has a depth limit too.
    if (failure.error.details && failure.error.details->is_deeper_than(limits::json_depth - 2))
        failure.error.details.reset();
    if (retry_later(progress, failure)) return;
    if (node.on_error == model::OnError::carry_on) {
        carry_on(progress, failure, result);
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
