#include "engine/apply.h"

#include <algorithm>

#include "base/assert.h"
#include "base/overloaded.h"

namespace swiftgrid::engine {
namespace {

bool is_open(NodeStatus status) { return status != NodeStatus::pending && !is_final(status); }
bool is_waiting(NodeStatus status) {
    return status == NodeStatus::suspended || status == NodeStatus::retrying;
}
bool is_call(const Wait& wait) {
    return std::holds_alternative<ChildWait>(wait) || std::holds_alternative<FanOutWait>(wait);
}

std::optional<Instant> timer_of(const Wait& wait) {
    return std::visit(Overloaded{
                          [](const TimerWait& on) { return std::optional(on.until); },
                          [](const SignalWait& on) { return std::optional(on.until); },
                          [](const ChildWait&) { return std::optional<Instant>(); },
                          [](const FanOutWait& on) { return on.until; },
                      },
                      wait);
}

void forget_wait(RunState& run, NodeIndex index) {
    NodeState& node = run.nodes[index];
    if (node.retry_at) run.timers.erase(Timer{*node.retry_at, index});
    node.retry_at.reset();
    if (!node.waiting) return;
    if (is_call(node.waiting->wait)) --run.calling_nodes;
    if (const auto at = timer_of(node.waiting->wait)) run.timers.erase(Timer{*at, index});
    if (node.waiting->fan_out)
        for (const auto& [item, at] : node.waiting->fan_out->retries)
            run.timers.erase(Timer{at, index, item});
    node.waiting.reset();
}

// Keeps the counters right whatever the order of events.
NodeState& enter_status(RunState& run, NodeIndex index, NodeStatus status) {
    NodeState& node = run.nodes[index];
    forget_wait(run, index);
    if (is_open(node.status)) --run.open_nodes;
    if (is_waiting(node.status)) --run.waiting_nodes;
    if (is_open(status)) ++run.open_nodes;
    if (is_waiting(status)) ++run.waiting_nodes;
    node.status = status;
    const bool all_wait = run.open_nodes > 0 && run.open_nodes == run.waiting_nodes;
    run.status = all_wait ? RunStatus::suspended : RunStatus::running;
    return node;
}

void note_end(const RunState& run, NodeState& node, Instant at) {
    node.ended_at = at;
    node.ended_by = run.last_sequence;
}

void end_run(RunState& run, RunStatus status, Instant at) {
    run.status = status;
    run.ended_at = at;
    run.timers.clear();
}

void apply_body(RunState& run, const RunCreated& event, Instant at) {
    run.created = event;
    run.created_at = at;
    if (event.deadline) run.timers.insert(Timer{*event.deadline});
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
    node.script_values = event.script_values;
    node.error.reset();
    if (node.started_at) return;
    node.started_at = at;
    node.started_by = run.last_sequence;
}

void apply_body(RunState& run, const NodeCompleted& event, Instant at) {
    NodeState& node = enter_status(run, event.node, NodeStatus::completed);
    node.attempt = event.attempt;
    node.result = event.result;
    node.outputs = event.outputs;
    node.error = event.error;
    node.extras = event.extras;
    node.kept = event.kept;
    node.duration_ms = event.duration_ms;
    note_end(run, node, at);
    if (!event.kept) run.spent.add(spending_of(event.extras));
}

void apply_body(RunState& run, const NodeFailed& event, Instant at) {
    NodeState& node = enter_status(run, event.node, NodeStatus::failed);
    node.attempt = event.attempt;
    node.error = event.error;
    node.absorbed = event.absorbed;
    node.kept = event.kept;
    if (event.absorbed) node.result = error_result(event.error);
    node.extras = event.extras;
    node.duration_ms = event.duration_ms;
    note_end(run, node, at);
    if (!event.kept) run.spent.add(spending_of(event.extras));
}

// A map's item is to be tried again; the node goes on waiting for the others.
void schedule_item_retry(RunState& run, const NodeRetryScheduled& event) {
    Waiting& waiting = *run.nodes[event.node].waiting;
    waiting.fan_out->attempts[*event.item] = event.attempt + 1;
    waiting.fan_out->retries[*event.item] = event.retry_at;
    run.budget_spent += 1 + std::get<FanOutWait>(waiting.wait).call.budget;
    run.spent.add(event.spent);
    run.timers.insert(Timer{event.retry_at, event.node, *event.item});
}

void apply_body(RunState& run, const NodeRetryScheduled& event, Instant) {
    if (event.item) {
        schedule_item_retry(run, event);
        return;
    }
    NodeState& node = enter_status(run, event.node, NodeStatus::retrying);
    node.attempt = event.attempt;
    node.error = event.error;
    node.extras = event.extras;
    node.duration_ms = event.duration_ms;
    node.retry_at = event.retry_at;
    run.timers.insert(Timer{event.retry_at, event.node});
    run.spent.add(spending_of(event.extras));
}

void apply_body(RunState& run, const NodeSuspended& event, Instant at) {
    NodeState& node = enter_status(run, event.node, NodeStatus::suspended);
    node.waiting = Box<Waiting>(Waiting{event.wait, at, std::nullopt});
    if (const auto timer = timer_of(event.wait)) run.timers.insert(Timer{*timer, event.node});
    if (is_call(event.wait)) ++run.calling_nodes;
    if (const auto* child = std::get_if<ChildWait>(&event.wait)) {
        node.child = child->child;
        run.budget_spent += 1 + child->call.budget;
    }
    if (const auto* fan_out = std::get_if<FanOutWait>(&event.wait)) {
        node.waiting->fan_out = begin_fan_out(*fan_out, *node.input);
        run.budget_spent += fan_out->total * (1 + fan_out->call.budget);
    }
}

void apply_body(RunState& run, const NodeResumed& event, Instant) {
    NodeState& node = run.nodes[event.node];
    if (const auto* ended = std::get_if<ChildEnded>(&event.wakeup)) run.spent.add(ended->spent);
    if (const auto* retried = std::get_if<ItemRetried>(&event.wakeup)) {
        auto& retries = node.waiting->fan_out->retries;
        const auto found = retries.find(retried->item);
        run.timers.erase(Timer{found->second, event.node, retried->item});
        retries.erase(found);
        return;
    }
    if (node.status == NodeStatus::suspended) {
        enter_status(run, event.node, NodeStatus::running);
        return;
    }
    node.early_signal = std::get<SignalReceived>(event.wakeup).payload;
}

void apply_body(RunState& run, const MapItemSettled& event, Instant) {
    Waiting& waiting = *run.nodes[event.node].waiting;
    FanOutState& state = *waiting.fan_out;
    run.spent.add(event.spent);
    state.items[event.index] =
        event.fulfilled ? FanOutState::Item::fulfilled : FanOutState::Item::rejected;
    ++(event.fulfilled ? state.succeeded : state.failed);
    if (!state.outcomes.empty())
        state.outcomes[event.index] =
            event.fulfilled ? event.value : JsonText::string(event.reason);
    state.attempts.erase(event.index);
    const auto retry = state.retries.find(event.index);
    if (retry != state.retries.end()) {
        run.timers.erase(Timer{retry->second, event.node, event.index});
        state.retries.erase(retry);
    }
    state.started =
        std::max(state.started, items_started(std::get<FanOutWait>(waiting.wait), state.settled()));
}

void apply_body(RunState& run, const NodeSkipped& event, Instant at) {
    NodeState& node = enter_status(run, event.node, NodeStatus::skipped);
    node.kept = event.kept;
    note_end(run, node, at);
}

void apply_body(RunState& run, const NodeCancelled& event, Instant at) {
    note_end(run, enter_status(run, event.node, NodeStatus::cancelled), at);
}

}  // namespace

void apply(RunState& run, const Event& event) {
    SG_ASSERT(event.sequence == run.last_sequence + 1, "events of a run have no gaps");
    run.last_sequence = event.sequence;
    std::visit([&](const auto& body) { apply_body(run, body, event.at); }, event.body);
}

}  // namespace swiftgrid::engine
