// How runs call each other. A parent's start or cancel goes to the child's shard when the parent's
// events are on disk, the child's end to the parent's shard when the child's are; nobody waits for
// an answer. What is lost in a crash is owed again by the parent.
//
// A start or an end that stays on this shard need not wait: the batches of a shard get to disk in
// order, so what follows from an event is there with it or after it, or not at all. A cancel waits
// always, so that it cannot overtake the start of the same child.

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "runtime/shard.h"

namespace swiftgrid::runtime {
namespace {

// What a start or an end of a child takes in a batch, besides the values.
constexpr std::size_t message_bytes = 1024;

std::optional<Instant> deadline_of(const engine::FlowCall& call, const ChildFlow& flow,
                                   Instant now) {
    if (!flow.timeout_ms) return call.deadline;
    const Instant own = now + Duration{*flow.timeout_ms};
    return call.deadline ? std::min(*call.deadline, own) : own;
}

// The end of a run that has a parent.
ChildReport report_of(const engine::RunState& run) {
    ChildReport report;
    report.parent = *run.created.parent;
    report.node_id = run.created.calling_node_id;
    report.attempt = run.created.calling_attempt;
    report.item = run.created.calling_item;
    report.end.child = run.id;
    report.end.status = run.status;
    report.end.output = run.output.value_or(JsonText());
    report.end.error = run.error;
    report.end.spent = run.spent;
    if (run.ended_at && run.started_at)
        report.end.duration_ms = (*run.ended_at - *run.started_at).milliseconds;
    return report;
}

}  // namespace

void Shard::start_child(RunEntry& entry, engine::StartChildRun& effect) {
    // Before the end nothing is begun any more: the run owes it after the next start.
    if (draining_) return;
    Caller caller{entry.state.id, entry.plan->nodes[effect.node].id, entry.state.created.depth, {}};
    // Of the node's attempt, also for an item, which has attempts of its own.
    if (parts_.tracer)
        caller.traceparent = parts_.tracer->traceparent(entry.state, effect.node,
                                                        entry.state.nodes[effect.node].attempt);
    const bool undurable = entry.durable_sequence != entry.state.last_sequence;
    const RunId child = effect.child;
    const std::size_t bytes = effect.input.view().size();
    tell(
        child, bytes,
        [this, caller = std::move(caller), start = std::move(effect), repeats = is_repeating_] {
            if (!repeats || !report_if_known(caller, start)) send_start(caller, start);
        },
        undurable);
}

// Only so much before the next commit, so that a full disk stops runs which call each other.
void Shard::tell(RunId run, std::size_t bytes, std::function<void()> send, bool undurable) {
    const bool at_once = parts_.owns(run) && told_bytes_ < limits::commit_bytes;
    if (at_once) told_bytes_ += message_bytes + bytes;
    outbox_.hold(std::move(send), undurable && !at_once);
}

// True when the child was started before the crash. Its end is reported once more, because the
// report may have been lost; an open one will report it.
bool Shard::report_if_known(const Caller& caller, const engine::StartChildRun& start) {
    const auto standing = look_up(parts_.backend, start.child);
    if (!standing) {
        warn("cannot find out whether run " + to_string(start.child) +
                 " was started: " + standing.error().message,
             start.child);
        start_child_later(caller, start);
        return true;
    }
    if (*standing != Standing::ended) return *standing == Standing::open;
    const auto ended = replay_run(parts_.backend, parts_.plans, start.child);
    if (ended) {
        inbox_.push(report_of(ended->state));
    } else {
        warn("cannot read how run " + to_string(start.child) + " ended: " + ended.error().message,
             start.child);
        start_child_later(caller, start);
    }
    return true;
}

void Shard::send_start(const Caller& caller, const engine::StartChildRun& start) {
    auto flow = parts_.child_flows.resolve(start.call.flow, start.call.version);
    if (!flow) {
        ChildReport report{caller.run, caller.node_id, start.attempt, start.item, {}};
        report.end.child = start.child;
        report.end.status = engine::RunStatus::failed;
        report.end.error = std::move(flow.error());
        inbox_.push(std::move(report));
        return;
    }
    engine::StartRun command;
    engine::RunCreated& created = command.created;
    created.flow = flow->flow;
    created.version = flow->version;
    created.graph = flow->plan->graph_id;
    created.trigger = start.item ? engine::Trigger::map : engine::Trigger::subflow;
    created.input = start.input;
    created.parent = caller.run;
    created.calling_node_id = caller.node_id;
    created.calling_attempt = start.attempt;
    created.calling_item = start.item;
    created.depth = caller.depth + 1;
    created.deadline = deadline_of(start.call, *flow, parts_.clock.now());
    created.secrets = start.call.secrets;
    created.snapshots = std::move(flow->snapshots);
    created.budget = start.call.budget;
    created.allowance = start.call.allowance;
    created.traceparent = caller.traceparent;
    Submission submission;
    submission.run = start.child;
    submission.command = std::move(command);
    submission.plan = std::move(flow->plan);
    submission.graph = std::move(flow->graph);
    parts_.metrics.children_started.fetch_add(1, std::memory_order_relaxed);
    parts_.send(start.child, std::move(submission));
}

void Shard::cancel_child(RunEntry& entry, const engine::CancelChildRun& effect) {
    Submission submission;
    submission.run = effect.child;
    submission.command = engine::CancelRun{engine::is_final(entry.state.status)
                                               ? "its parent run ended"
                                               : "its parent run no longer waits for it"};
    submission.from_caller = true;
    const bool undurable = entry.durable_sequence != entry.state.last_sequence;
    outbox_.hold(
        [this, submission = std::move(submission)] { parts_.send(submission.run, submission); },
        undurable);
}

// The run may have gone on without a child whose cancel got lost in the crash.
void Shard::cancel_strays(RunEntry& entry, const std::vector<engine::Effect>& owed) {
    const bool has_callers = std::ranges::any_of(
        entry.plan->nodes, [](const auto& node) { return node.descriptor->calls_flows; });
    if (!has_callers) return;
    const auto children = parts_.backend.scan_open_children(entry.state.id);
    if (!children) {
        warn("cannot look for runs that run " + to_string(entry.state.id) +
                 " no longer waits for: " + children.error().message,
             entry.state.id);
        cancel_strays_later(entry.state.id);
        return;
    }
    for (RunId child : *children) {
        const bool is_awaited = std::ranges::any_of(owed, [&](const engine::Effect& effect) {
            const auto* start = std::get_if<engine::StartChildRun>(&effect);
            return start != nullptr && start->child == child;
        });
        if (!is_awaited) cancel_child(entry, engine::CancelChildRun{child});
    }
}

void Shard::report_end(const RunEntry& entry) {
    if (!entry.state.created.parent || caller_knows_end_) return;
    ChildReport report = report_of(entry.state);
    const RunId parent = report.parent;
    const std::size_t bytes = report.end.output.view().size();
    tell(
        parent, bytes, [this, report = std::move(report)] { parts_.send(report.parent, report); },
        true);
}

void Shard::handle_child_report(ChildReport& report) {
    RunEntry* entry = runs_.find(report.parent);
    if (entry == nullptr) {
        // A parent that has ended or was deleted is not worth replaying.
        const auto standing = look_up(parts_.backend, report.parent);
        if (standing && *standing != Standing::open) return;
        auto loaded = load(report.parent);
        if (!loaded) {
            warn("cannot tell run " + to_string(report.parent) +
                     " the end of its child: " + loaded.error().message,
                 report.parent);
            if (loaded.error().code != ErrorCode::not_found)
                postpone([this, report] { inbox_.push(report); });
            return;
        }
        entry = *loaded;
    }
    const auto node = entry->plan->find(report.node_id);
    SG_ASSERT(node.has_value(), "a child names a node of its parent");
    handle_command(
        *entry, engine::CompleteChild{*node, report.attempt, report.item, std::move(report.end)});
    forget_if_over(*entry);
}

}  // namespace swiftgrid::runtime
