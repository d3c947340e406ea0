// What must hold of every event, by the state before it, and of every state. Written from
// engine.md, not from the engine.

#include <algorithm>

#include <fmt/format.h>

#include "base/overloaded.h"
#include "engine/calls.h"
#include "tests/sim/truth.h"

namespace swiftgrid::sim {
namespace {

using engine::Event;
using engine::NodeState;
using engine::NodeStatus;
using engine::RunState;

bool is_open(NodeStatus status) {
    return status != NodeStatus::pending && !engine::is_final(status);
}

std::string node_rule(const Event& event, model::NodeIndex node, std::string_view rule) {
    return fmt::format("event {}, node {}: {}", event.sequence, node, rule);
}

// A wait that ends by itself ends when its time has come.
std::string early(const NodeState& node, Instant at) {
    if (node.status != NodeStatus::suspended) return "";
    const engine::Wait& wait = node.waiting->wait;
    if (const auto* timer = std::get_if<engine::TimerWait>(&wait))
        return at >= timer->until ? "" : "a timer fired early";
    if (const auto* signal = std::get_if<engine::SignalWait>(&wait))
        return at >= signal->until ? "" : "a wait expired early";
    if (std::holds_alternative<engine::ChildWait>(wait)) return "a child is waited for";
    const auto& map = std::get<engine::FanOutWait>(wait);
    const engine::FanOutState& items = *node.waiting->fan_out;
    const bool is_done = items.settled() == map.total;
    const bool has_failed = !map.continue_on_error && items.failed > 0;
    if (is_done || has_failed) return "";
    return map.until && at >= *map.until ? "" : "a map ended before its items";
}

class Rules {
public:
    Rules(const RunState& run, const Event& event) : run_(run), event_(event) {}

    std::string operator()(const engine::RunCreated&) const {
        return event_.sequence == 1 ? "" : "a run is created once";
    }
    std::string operator()(const engine::RunStarted&) const {
        return event_.sequence == 2 ? "" : "a run starts once";
    }
    std::string operator()(const engine::RunCompleted&) const {
        return run_.open_nodes == 0 ? "" : "the run is completed with open nodes";
    }
    std::string operator()(const engine::RunFailed& body) const {
        if (run_.open_nodes > 0) return "the run failed with open nodes";
        const bool is_deadline = body.error.code == "timeout" && body.error.node_id.empty();
        if (!is_deadline || (run_.created.deadline && event_.at >= *run_.created.deadline))
            return "";
        return "the run's deadline came early";
    }
    std::string operator()(const engine::RunCancelled&) const {
        return run_.open_nodes == 0 ? "" : "the run was cancelled with open nodes";
    }
    std::string operator()(const engine::NodeScheduled& body) const {
        return run_.nodes[body.node].status == NodeStatus::pending
                   ? ""
                   : node_rule(event_, body.node, "a node is entered once");
    }
    std::string operator()(const engine::NodeStarted& body) const {
        const NodeState& node = run_.nodes[body.node];
        if (node.status == NodeStatus::scheduled && body.attempt == 1) return "";
        if (node.status != NodeStatus::retrying || body.attempt != node.attempt + 1)
            return node_rule(event_, body.node, "attempts are counted from 1, one by one");
        return event_.at >= *node.retry_at ? ""
                                           : node_rule(event_, body.node, "a retry came early");
    }
    std::string operator()(const engine::NodeCompleted& body) const {
        return end_of(body.node, body.attempt, body.kept);
    }
    std::string operator()(const engine::NodeFailed& body) const {
        return end_of(body.node, body.attempt, body.kept);
    }
    std::string operator()(const engine::NodeRetryScheduled& body) const {
        const NodeState& node = run_.nodes[body.node];
        if (body.retry_at < event_.at) return node_rule(event_, body.node, "a retry in the past");
        if (!body.item) return end_of(body.node, body.attempt, false);
        return item_rule(body.node, *body.item, body.attempt, node);
    }
    std::string operator()(const engine::NodeSuspended& body) const {
        const NodeState& node = run_.nodes[body.node];
        return node.status == NodeStatus::running && node.attempt == body.attempt
                   ? ""
                   : node_rule(event_, body.node, "only a running node begins to wait");
    }
    std::string operator()(const engine::NodeResumed& body) const {
        const NodeState& node = run_.nodes[body.node];
        return std::visit(
            Overloaded{
                [&](const engine::SignalReceived&) { return signal_rule(body.node, node); },
                [&](const engine::ChildEnded& end) {
                    const auto* wait = node.waiting
                                           ? std::get_if<engine::ChildWait>(&node.waiting->wait)
                                           : nullptr;
                    return wait && wait->child == end.child
                               ? std::string()
                               : node_rule(event_, body.node, "woken by a child not waited for");
                },
                [&](const engine::ItemRetried& retried) {
                    const auto& retries = node.waiting->fan_out->retries;
                    const auto found = retries.find(retried.item);
                    return found != retries.end() && event_.at >= found->second
                               ? std::string()
                               : node_rule(event_, body.node, "an item's retry came early");
                },
            },
            body.wakeup);
    }
    std::string operator()(const engine::MapItemSettled& body) const {
        const NodeState& node = run_.nodes[body.node];
        if (!node.waiting || !node.waiting->fan_out || body.index >= node.waiting->fan_out->started)
            return node_rule(event_, body.node, "an item ended that was not started");
        return node.waiting->fan_out->items[body.index] == engine::FanOutState::Item::open
                   ? ""
                   : node_rule(event_, body.node, "an item ended twice");
    }
    std::string operator()(const engine::NodeSkipped& body) const {
        return run_.nodes[body.node].status == NodeStatus::pending
                   ? ""
                   : node_rule(event_, body.node, "only a pending node is skipped");
    }
    std::string operator()(const engine::NodeCancelled& body) const {
        return is_open(run_.nodes[body.node].status)
                   ? ""
                   : node_rule(event_, body.node, "only an open node is cancelled");
    }

private:
    std::string end_of(model::NodeIndex index, std::uint32_t attempt, bool kept) const {
        const NodeState& node = run_.nodes[index];
        if (kept)
            return node.status == NodeStatus::pending && attempt == 0
                       ? ""
                       : node_rule(event_, index, "only a pending node is kept");
        if (!is_open(node.status) || node.status == NodeStatus::retrying)
            return node_rule(event_, index, "a node ends once, while it is open");
        if (attempt != std::max(node.attempt, 1U))
            return node_rule(event_, index, "another attempt than the one that goes on");
        const std::string rule = early(node, event_.at);
        return rule.empty() ? "" : node_rule(event_, index, rule);
    }
    std::string item_rule(model::NodeIndex index, std::uint32_t item, std::uint32_t attempt,
                          const NodeState& node) const {
        const bool fits = node.waiting && node.waiting->fan_out &&
                          node.waiting->fan_out->is_running(item) &&
                          node.waiting->fan_out->attempt_of(item) == attempt;
        return fits ? "" : node_rule(event_, index, "an item failed that does not run");
    }
    std::string signal_rule(model::NodeIndex index, const NodeState& node) const {
        const bool is_early =
            node.status == NodeStatus::pending || node.status == NodeStatus::scheduled;
        if (is_early)
            return node.early_signal ? node_rule(event_, index, "resumed twice") : std::string();
        const bool waits =
            node.waiting && std::holds_alternative<engine::SignalWait>(node.waiting->wait);
        return waits ? std::string() : node_rule(event_, index, "resumed without a wait");
    }

    const RunState& run_;
    const Event& event_;
};

void keep_earliest(std::optional<Instant>& found, std::optional<Instant> other) {
    if (other && (!found || *other < *found)) found = other;
}

}  // namespace

std::string broken_rule(const RunState& run, const Event& event) {
    if (engine::is_final(run.status)) return "something happened after the run's end";
    return std::visit(Rules(run, event), event.body);
}

std::optional<Instant> wake_up_of(const RunState& run) {
    std::optional<Instant> found;
    if (engine::is_final(run.status)) return found;
    keep_earliest(found, run.created.deadline);
    for (const NodeState& node : run.nodes) {
        keep_earliest(found, node.retry_at);
        if (!node.waiting) continue;
        if (const auto* timer = std::get_if<engine::TimerWait>(&node.waiting->wait))
            keep_earliest(found, timer->until);
        if (const auto* signal = std::get_if<engine::SignalWait>(&node.waiting->wait))
            keep_earliest(found, signal->until);
        if (const auto* map = std::get_if<engine::FanOutWait>(&node.waiting->wait)) {
            keep_earliest(found, map->until);
            for (const auto& [item, at] : node.waiting->fan_out->retries) keep_earliest(found, at);
        }
    }
    return found;
}

bool owes_work(const RunState& run) {
    if (engine::is_final(run.status)) return false;
    return std::ranges::any_of(run.nodes, [](const NodeState& node) {
        if (node.status == NodeStatus::scheduled || node.status == NodeStatus::running) return true;
        if (!node.waiting) return false;
        if (std::holds_alternative<engine::ChildWait>(node.waiting->wait)) return true;
        return node.waiting->fan_out && node.waiting->fan_out->running() > 0;
    });
}

std::string broken_state(const RunState& run) {
    std::uint32_t open = 0;
    std::uint32_t waiting = 0;
    for (const NodeState& node : run.nodes) {
        open += is_open(node.status);
        waiting += node.status == NodeStatus::suspended || node.status == NodeStatus::retrying;
        if (engine::is_final(run.status) && !engine::is_final(node.status))
            return "the run is over, a node is not";
    }
    if (open != run.open_nodes || waiting != run.waiting_nodes) return "open nodes are miscounted";
    if (run.budget_spent > run.created.budget) return "more descendants than allowed";
    if (engine::is_final(run.status)) return "";
    if (open == 0) return "the run goes on, but nothing is open";
    if ((open == waiting) != (run.status == engine::RunStatus::suspended))
        return "suspended is not what it means";
    if (!owes_work(run) && !wake_up_of(run)) return "nothing will wake the run";
    return "";
}

std::vector<RunId> awaited_children(const RunState& run) {
    std::vector<RunId> children;
    if (engine::is_final(run.status) || run.calling_nodes == 0) return children;
    for (model::NodeIndex node = 0; node < run.nodes.size(); ++node)
        for (const engine::StartChildRun& owed : engine::owed_children(run, node))
            children.push_back(owed.child);
    return children;
}

}  // namespace swiftgrid::sim
