#include "engine/calls.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "engine/budget.h"
#include "engine/child_id.h"
#include "engine/follow.h"
#include "engine/retry_policy.h"

namespace swiftgrid::engine {
namespace {

void refuse_call(Progress& progress, NodeIndex node, std::string code, std::string message) {
    const model::PlanNode& plan_node = progress.node(node);
    RunError error = make_run_error(std::move(code), std::move(message));
    error.node_id = plan_node.id;
    Refuse refused =
        progress.behaviours.of(plan_node.descriptor->type).refuse_call(plan_node, std::move(error));
    fail_attempt(progress,
                 FailNode{node, progress.state(node).attempt, std::move(refused.error), 0,
                          std::nullopt, std::nullopt},
                 refused.result);
}

// How many calls the nodes that have not ended may still make.
std::uint32_t calls_to_come(const Progress& progress) {
    std::uint32_t calls = 0;
    for (NodeIndex node = 0; node < progress.plan.nodes.size(); ++node) {
        const model::PlanNode& plan_node = progress.node(node);
        const NodeState& state = progress.state(node);
        if (!plan_node.descriptor->calls_flows || is_final(state.status)) continue;
        const std::uint32_t begun = std::max(state.attempt, 1U) - 1;
        calls += 1 + plan_node.retry.retries_max - std::min(begun, plan_node.retry.retries_max);
    }
    return std::max(calls, 1U);
}

// What each of `count` runs may start itself, of the descendants that are left: an equal share for
// all calls to come, but as much as the runs themselves need; room for an item's retries is kept
// where there is some. Nothing when even the runs are too many.
std::optional<std::uint32_t> budget_of_each(const Progress& progress, std::uint32_t count,
                                            std::uint32_t item_retries) {
    const RunState& run = progress.run();
    const std::uint32_t left = run.created.budget - run.budget_spent;
    if (count > left) return std::nullopt;
    const std::uint64_t share = std::max(count, left / calls_to_come(progress));
    const std::uint64_t runs = std::uint64_t{count} * (1 + item_retries);
    return share <= runs ? 0 : static_cast<std::uint32_t>((share - runs) / runs);
}

JsonText chosen_version(const RunState& run, const CallFlow& call) {
    if (call.version.view() != R"("snapshot")") return call.version;
    for (const auto& [flow, number] : run.created.snapshots)
        if (flow == call.flow) return JsonText::trusted(std::to_string(number));
    return call.version;
}

// The child's names for the vault's: through the caller's own, so that nothing is seen that the
// caller does not see.
SecretNames chosen_secrets(const RunState& run, const CallFlow& call) {
    if (!run.created.secrets) return call.secrets;
    SecretNames names;
    for (const auto& [child_name, own_name] : call.secrets)
        for (const auto& [known_name, vault_name] : *run.created.secrets)
            if (known_name == own_name) names.emplace_back(child_name, vault_name);
    return names;
}

// Nothing when the call is not allowed; the node has failed then.
std::optional<FlowCall> decide_call(Progress& progress, NodeIndex node, const CallFlow& call,
                                    std::uint32_t count, std::uint32_t item_retries) {
    const RunState& run = progress.run();
    if (run.created.depth + 1 >= limits::run_depth) {
        refuse_call(progress, node, "depth_exceeded",
                    fmt::format("flows call each other more than {} levels deep; look for a flow "
                                "that calls itself",
                                limits::run_depth));
        return std::nullopt;
    }
    const auto budget = budget_of_each(progress, count, item_retries);
    if (!budget) {
        refuse_call(progress, node, "descendants_exceeded",
                    fmt::format("this needs {} more runs, and {} are left of those this run may "
                                "start (at most {} below one run)",
                                count, run.created.budget - run.budget_spent, limits::descendants));
        return std::nullopt;
    }
    return FlowCall{call.flow,
                    chosen_version(run, call),
                    chosen_secrets(run, call),
                    run.created.deadline,
                    *budget,
                    left_to_spend(run, progress.plan)};
}

std::optional<Instant> earlier(std::optional<Instant> one, std::optional<Instant> other) {
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}

std::optional<Instant> end_of(Instant now, const std::optional<Duration>& at_most) {
    if (!at_most) return std::nullopt;
    return now + *at_most;
}

const FanOutWait& wait_of(const Progress& progress, NodeIndex node) {
    return std::get<FanOutWait>(progress.state(node).waiting->wait);
}
const FanOutState& fan_out_of(const Progress& progress, NodeIndex node) {
    return *progress.state(node).waiting->fan_out;
}

JsonText item_input(const FanOutWait& wait, const FanOutState& state, std::uint32_t item) {
    std::string out = "{";
    append_json_string(out, wait.item_variable);
    out += ':';
    out += state.text_of(item);
    out += ',';
    append_json_string(out, wait.index_variable);
    out += fmt::format(":{}", item);
    if (!state.mapping.empty()) {
        out += ',';
        out += state.mapping;
    }
    out += '}';
    return JsonText::trusted(std::move(out));
}

RunId item_child(const RunState& run, NodeIndex node, std::uint32_t item) {
    const Waiting& waiting = *run.nodes[node].waiting;
    return child_id({run.id, node, waiting.fan_out->attempt_of(item), item,
                     std::get<FanOutWait>(waiting.wait).beside_parent},
                    waiting.since);
}

void append_result(std::string& out, const FanOutState& state, std::uint32_t item) {
    if (out.size() > 1) out += ',';
    const bool fulfilled = state.items[item] == FanOutState::Item::fulfilled;
    out += fulfilled ? R"({"status":"fulfilled","value":)" : R"({"status":"rejected","reason":)";
    out += state.outcomes[item].view();
    out += fmt::format(",\"index\":{}}}", item);
}

// The settled items in the order of the list.
JsonText results_of(const FanOutState& state) {
    std::string out = "[";
    if (!state.outcomes.empty())
        for (std::uint32_t item = 0; item < state.items.size(); ++item)
            if (state.items[item] != FanOutState::Item::open) append_result(out, state, item);
    out += ']';
    return JsonText::trusted(std::move(out));
}

void finish_fan_out(Progress& progress, NodeIndex node) {
    const FanOutState& state = fan_out_of(progress, node);
    const Instant since = progress.state(node).waiting->since;
    FanOutSettled settled{results_of(state), static_cast<std::uint32_t>(state.items.size()),
                          state.succeeded, state.failed,
                          (progress.turn.now() - since).milliseconds};
    resume_attempt(progress, node, settled);
}

std::string reason_of(const ChildEnded& end) {
    if (end.error) return end.error->message;
    return end.status == RunStatus::cancelled ? "cancelled" : std::string(to_string(end.status));
}

void settle_item(Progress& progress, std::uint32_t item, const CompleteChild& command) {
    MapItemSettled settled;
    settled.node = command.node;
    settled.attempt = command.attempt;
    settled.index = item;
    settled.fulfilled = command.end.status == RunStatus::completed;
    if (settled.fulfilled)
        settled.value = command.end.output;
    else
        settled.reason = reason_of(command.end);
    settled.child = command.end.child;
    settled.duration_ms = command.end.duration_ms;
    settled.spent = command.end.spent;
    progress.turn.emit(std::move(settled));
}

bool retry_item(Progress& progress, std::uint32_t item, const CompleteChild& command) {
    const RunState& run = progress.run();
    const FanOutWait& wait = wait_of(progress, command.node);
    if (command.end.status != RunStatus::failed || command.attempt > wait.retries_max) return false;
    if (run.created.budget - run.budget_spent < 1 + wait.call.budget) return false;
    const Duration delay = retry_delay(
        model::RetryPolicy{}, {run.id, command.node, command.attempt, item + 1, std::nullopt});
    NodeRetryScheduled retry;
    retry.node = command.node;
    retry.attempt = command.attempt;
    if (command.end.error) retry.error = *command.end.error;
    retry.retry_at = progress.turn.now() + delay;
    retry.duration_ms = command.end.duration_ms;
    retry.item = item;
    retry.spent = command.end.spent;
    progress.turn.emit(std::move(retry));
    return true;
}

// Started and not settled, those that wait for a retry included.
std::vector<CompleteChild> cancellations(const RunState& run, NodeIndex node) {
    std::vector<CompleteChild> open;
    const FanOutState& state = *run.nodes[node].waiting->fan_out;
    for (std::uint32_t item = 0; item < state.started; ++item) {
        if (state.items[item] != FanOutState::Item::open) continue;
        CompleteChild cancelled{node, state.attempt_of(item), item, {}};
        cancelled.end.child = item_child(run, node, item);
        cancelled.end.status = RunStatus::cancelled;
        open.push_back(std::move(cancelled));
    }
    return open;
}

// Nobody wants the run any more. One that is only owed in this turn is not started at all.
void cancel_child(Progress& progress, RunId child) {
    const auto withdrawn = std::erase_if(progress.turn.effects, [&](const Effect& effect) {
        const auto* start = std::get_if<StartChildRun>(&effect);
        return start && start->child == child;
    });
    if (withdrawn == 0) progress.turn.owe(CancelChildRun{child});
}

// The item failed, and that ends the fan-out: the others are settled as cancelled.
void fail_fan_out(Progress& progress, std::uint32_t item, const CompleteChild& command) {
    const auto others = cancellations(progress.run(), command.node);
    const auto running = owed_children(progress.run(), command.node);
    settle_item(progress, item, command);
    for (const CompleteChild& other : others)
        if (*other.item != item) settle_item(progress, *other.item, other);
    for (const StartChildRun& child : running)
        if (*child.item != item) cancel_child(progress, child.child);
    finish_fan_out(progress, command.node);
}

}  // namespace

void call_flow(Progress& progress, NodeIndex node, const CallFlow& call) {
    auto decided = decide_call(progress, node, call, 1, 0);
    if (!decided) return;
    const Instant now = progress.turn.now();
    decided->deadline = earlier(decided->deadline, end_of(now, call.at_most));
    const std::uint32_t attempt = progress.state(node).attempt;
    const RunId child = child_id({progress.run().id, node, attempt, std::nullopt, true}, now);
    progress.turn.emit(NodeSuspended{node, attempt, ChildWait{std::move(*decided), child}});
    for (StartChildRun& start : owed_children(progress.run(), node))
        progress.turn.owe(std::move(start));
}

void fan_out(Progress& progress, NodeIndex node, const FanOut& fan_out) {
    if (fan_out.total == 0) {
        resume_attempt(progress, node, FanOutSettled{JsonText::trusted("[]"), 0, 0, 0, 0});
        return;
    }
    auto decided = decide_call(progress, node, fan_out.call, fan_out.total, fan_out.retries_max);
    if (!decided) return;
    FanOutWait wait;
    wait.call = std::move(*decided);
    wait.total = fan_out.total;
    wait.concurrency = fan_out.concurrency;
    wait.retries_max = fan_out.retries_max;
    wait.continue_on_error = fan_out.continue_on_error;
    wait.collect_results = fan_out.collect_results;
    wait.items_member = fan_out.items_member;
    wait.mapping_member = fan_out.mapping_member;
    wait.item_variable = fan_out.item_variable;
    wait.index_variable = fan_out.index_variable;
    wait.until = end_of(progress.turn.now(), fan_out.call.at_most);
    wait.beside_parent = wait.concurrency <= limits::map_items_beside_parent;
    progress.turn.emit(NodeSuspended{node, progress.state(node).attempt, std::move(wait)});
    for (StartChildRun& start : owed_children(progress.run(), node))
        progress.turn.owe(std::move(start));
}

void end_item(Progress& progress, std::uint32_t item, const CompleteChild& command) {
    const bool fulfilled = command.end.status == RunStatus::completed;
    if (!fulfilled && retry_item(progress, item, command)) return;
    if (!fulfilled && !wait_of(progress, command.node).continue_on_error) {
        fail_fan_out(progress, item, command);
        return;
    }
    const std::uint32_t started = fan_out_of(progress, command.node).started;
    settle_item(progress, item, command);
    const FanOutState& state = fan_out_of(progress, command.node);
    if (state.settled() == state.items.size()) {
        finish_fan_out(progress, command.node);
        return;
    }
    for (std::uint32_t next = started; next < state.started; ++next)
        progress.turn.owe(owed_item(progress.run(), command.node, next));
}

void expire_fan_out(Progress& progress, NodeIndex node) {
    cancel_children(progress, node);
    resume_attempt(progress, node, WaitExpired{});
}

std::vector<StartChildRun> owed_children(const RunState& run, NodeIndex node) {
    const NodeState& state = run.nodes[node];
    std::vector<StartChildRun> owed;
    if (!state.waiting) return owed;
    if (const auto* wait = std::get_if<ChildWait>(&state.waiting->wait))
        owed.push_back({node, state.attempt, std::nullopt, wait->child, wait->call,
                        state.input.value_or(JsonText())});
    if (const auto& items = state.waiting->fan_out)
        for (std::uint32_t item = 0; item < items->started; ++item)
            if (items->is_running(item)) owed.push_back(owed_item(run, node, item));
    return owed;
}

StartChildRun owed_item(const RunState& run, NodeIndex node, std::uint32_t item) {
    const Waiting& waiting = *run.nodes[node].waiting;
    const FanOutWait& wait = std::get<FanOutWait>(waiting.wait);
    return {node,      waiting.fan_out->attempt_of(item),       item, item_child(run, node, item),
            wait.call, item_input(wait, *waiting.fan_out, item)};
}

void cancel_children(Progress& progress, NodeIndex node) {
    for (const StartChildRun& started : owed_children(progress.run(), node))
        cancel_child(progress, started.child);
}

}  // namespace swiftgrid::engine
