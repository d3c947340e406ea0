#include "engine/apply.h"

#include "base/assert.h"

namespace swiftgrid::engine {
namespace {

bool is_open(NodeStatus status) { return status != NodeStatus::pending && !is_final(status); }

// Keeps open_nodes right whatever the order of events.
NodeState& enter_status(RunState& run, NodeIndex index, NodeStatus status) {
    NodeState& node = run.nodes[index];
    if (is_open(node.status)) --run.open_nodes;
    if (is_open(status)) ++run.open_nodes;
    node.status = status;
    return node;
}

void end_run(RunState& run, RunStatus status, Instant at) {
    run.status = status;
    run.ended_at = at;
}

void apply_body(RunState& run, const RunCreated& event, Instant at) {
    run.created = event;
    run.created_at = at;
}

void apply_body(RunState& run, const RunStarted&, Instant at) {
    run.status = RunStatus::running;
    run.started_at = at;
}

void apply_body(RunState& run, const RunCompleted& event, Instant at) {
    end_run(run, RunStatus::completed, at);
    run.output = event.output;
}

void apply_body(RunState& run, const RunFailed& event, Instant at) {
    end_run(run, RunStatus::failed, at);
    run.error = event.error;
}

void apply_body(RunState& run, const RunCancelled& event, Instant at) {
    end_run(run, RunStatus::cancelled, at);
    run.cancel_reason = event.reason;
}

void apply_body(RunState& run, const NodeScheduled& event, Instant) {
    enter_status(run, event.node, NodeStatus::scheduled);
}

void apply_body(RunState& run, const NodeStarted& event, Instant at) {
    NodeState& node = enter_status(run, event.node, NodeStatus::running);
    node.attempt = event.attempt;
    node.input = event.input;
    if (!node.started_at) node.started_at = at;
}

void apply_body(RunState& run, const NodeCompleted& event, Instant at) {
    NodeState& node = enter_status(run, event.node, NodeStatus::completed);
    node.attempt = event.attempt;
    node.result = event.result;
    node.outputs = event.outputs;
    node.error = event.error;
    node.extras = event.extras;
    node.duration_ms = event.duration_ms;
    node.ended_at = at;
}

void apply_body(RunState& run, const NodeFailed& event, Instant at) {
    NodeState& node = enter_status(run, event.node, NodeStatus::failed);
    node.attempt = event.attempt;
    node.error = event.error;
    node.absorbed = event.absorbed;
    if (event.absorbed) node.result = error_result(event.error);
    node.extras = event.extras;
    node.duration_ms = event.duration_ms;
    node.ended_at = at;
}

void apply_body(RunState& run, const NodeSkipped& event, Instant at) {
    enter_status(run, event.node, NodeStatus::skipped).ended_at = at;
}

void apply_body(RunState& run, const NodeCancelled& event, Instant at) {
    enter_status(run, event.node, NodeStatus::cancelled).ended_at = at;
}

}  // namespace

void apply(RunState& run, const Event& event) {
    SG_ASSERT(event.sequence == run.last_sequence + 1, "events of a run have no gaps");
    run.last_sequence = event.sequence;
    std::visit([&](const auto& body) { apply_body(run, body, event.at); }, event.body);
}

}  // namespace swiftgrid::engine
