// Every rule of truth.h seen broken: no sabotage makes the engine itself decide wrongly.

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/sim/truth.h"

namespace swiftgrid::sim {
namespace {

using engine::EventBody;
using engine::NodeState;
using engine::NodeStatus;
using engine::RunState;
using engine::RunStatus;

constexpr Instant noon{1'800'000'000'000};
constexpr Instant before_noon{noon.milliseconds_since_epoch - 1};

NodeState node_in(NodeStatus status, std::uint32_t attempt = 0) {
    NodeState node;
    node.status = status;
    node.attempt = attempt;
    return node;
}

NodeState retrying_until_noon() {
    NodeState node = node_in(NodeStatus::retrying, 1);
    node.retry_at = noon;
    return node;
}

NodeState waiting_for(engine::Wait wait) {
    NodeState node = node_in(NodeStatus::suspended, 1);
    node.waiting = Box(engine::Waiting{std::move(wait), before_noon, std::nullopt});
    return node;
}

// A map of two items until noon: the first has failed, the second runs.
NodeState working_map(bool continue_on_error = true) {
    engine::FanOutWait wait;
    wait.total = 2;
    wait.continue_on_error = continue_on_error;
    wait.until = noon;
    NodeState node = waiting_for(wait);
    engine::FanOutState items;
    items.items = {engine::FanOutState::Item::rejected, engine::FanOutState::Item::open};
    items.started = 2;
    items.failed = 1;
    node.waiting->fan_out = std::move(items);
    return node;
}

NodeState map_whose_item_waits_until_noon() {
    NodeState node = working_map();
    node.waiting->fan_out->retries[1] = noon;
    return node;
}

// A running run whose nodes are counted rightly.
RunState run_with(const NodeState& node) {
    RunState run(RunId{}, 1);
    run.status = RunStatus::running;
    run.last_sequence = 7;
    run.nodes[0] = node;
    run.waiting_nodes =
        node.status == NodeStatus::suspended || node.status == NodeStatus::retrying ? 1 : 0;
    run.open_nodes = node.status == NodeStatus::pending || engine::is_final(node.status) ? 0 : 1;
    if (run.open_nodes > 0 && run.open_nodes == run.waiting_nodes)
        run.status = RunStatus::suspended;
    return run;
}

std::string rule_of(const NodeState& node, EventBody body, Instant at = noon) {
    const RunState run = run_with(node);
    return broken_rule(run, {run.last_sequence + 1, at, std::move(body)});
}

void expect_broken(const std::string& rule, const std::string& said) {
    EXPECT_FALSE(rule.empty()) << "nobody noticed: " << said;
    EXPECT_TRUE(rule.ends_with(said)) << rule << ", expected: " << said;
}

template <typename Body>
Body attempt_of(std::uint32_t attempt) {
    Body body;
    body.attempt = attempt;
    return body;
}

TEST(Rules, ARunBeginsAndEndsOnce) {
    const NodeState pending = node_in(NodeStatus::pending);
    expect_broken(rule_of(pending, engine::RunCreated{}), "a run is created once");
    expect_broken(rule_of(pending, engine::RunStarted{}), "a run starts once");
    const NodeState running = node_in(NodeStatus::running, 1);
    expect_broken(rule_of(running, engine::RunCompleted{}), "completed with open nodes");
    expect_broken(rule_of(running, engine::RunFailed{}), "failed with open nodes");
    expect_broken(rule_of(running, engine::RunCancelled{}), "cancelled with open nodes");
    RunState ended = run_with(pending);
    ended.status = RunStatus::completed;
    expect_broken(broken_rule(ended, {8, noon, engine::NodeScheduled{0}}), "after the run's end");
}

TEST(Rules, ARunsDeadlineIsNotEarly) {
    const EventBody late = engine::RunFailed{engine::make_run_error("timeout", "took too long")};
    RunState run = run_with(node_in(NodeStatus::completed, 1));
    expect_broken(broken_rule(run, {8, noon, late}), "deadline came early");
    run.created.deadline = noon;
    expect_broken(broken_rule(run, {8, before_noon, late}), "deadline came early");
    EXPECT_EQ(broken_rule(run, {8, noon, late}), "");
}

TEST(Rules, ANodeIsEnteredOnceAndEndsOnce) {
    const NodeState running = node_in(NodeStatus::running, 1);
    const NodeState completed = node_in(NodeStatus::completed, 1);
    expect_broken(rule_of(running, engine::NodeScheduled{0}), "a node is entered once");
    for (const EventBody& body : {EventBody(attempt_of<engine::NodeCompleted>(1)),
                                  EventBody(attempt_of<engine::NodeFailed>(1))}) {
        EXPECT_EQ(rule_of(running, body), "");
        expect_broken(rule_of(completed, body), "a node ends once, while it is open");
        expect_broken(rule_of(retrying_until_noon(), body), "a node ends once, while it is open");
    }
    expect_broken(rule_of(running, attempt_of<engine::NodeCompleted>(2)),
                  "another attempt than the one that goes on");
    engine::NodeCompleted kept = attempt_of<engine::NodeCompleted>(0);
    kept.kept = true;
    expect_broken(rule_of(running, kept), "only a pending node is kept");
    expect_broken(rule_of(running, engine::NodeSkipped{0}), "only a pending node is skipped");
    expect_broken(rule_of(completed, engine::NodeCancelled{0, 1}),
                  "only an open node is cancelled");
    expect_broken(rule_of(completed, attempt_of<engine::NodeSuspended>(1)),
                  "only a running node begins to wait");
}

TEST(Rules, AttemptsAreCountedAndWaitForTheirTime) {
    const char* counted = "attempts are counted from 1, one by one";
    expect_broken(rule_of(node_in(NodeStatus::scheduled), attempt_of<engine::NodeStarted>(2)),
                  counted);
    expect_broken(rule_of(node_in(NodeStatus::running, 1), attempt_of<engine::NodeStarted>(2)),
                  counted);
    expect_broken(rule_of(retrying_until_noon(), attempt_of<engine::NodeStarted>(3)), counted);
    const auto second = attempt_of<engine::NodeStarted>(2);
    expect_broken(rule_of(retrying_until_noon(), second, before_noon), "a retry came early");
    EXPECT_EQ(rule_of(retrying_until_noon(), second), "");
    engine::NodeRetryScheduled past = attempt_of<engine::NodeRetryScheduled>(1);
    past.retry_at = before_noon;
    expect_broken(rule_of(node_in(NodeStatus::running, 1), past), "a retry in the past");
}

TEST(Rules, NoWaitEndsBeforeItsTime) {
    const auto completed = attempt_of<engine::NodeCompleted>(1);
    for (const auto& [node, said] :
         {std::pair{waiting_for(engine::TimerWait{noon}), "a timer fired early"},
          std::pair{waiting_for(engine::SignalWait{noon}), "a wait expired early"},
          std::pair{working_map(), "a map ended before its items"}}) {
        expect_broken(rule_of(node, completed, before_noon), said);
        EXPECT_EQ(rule_of(node, completed), "") << said;
    }
    EXPECT_EQ(rule_of(working_map(false), completed, before_noon), "") << "its first has failed";
    expect_broken(rule_of(waiting_for(engine::ChildWait{}), completed), "a child is waited for");
}

TEST(Rules, ANodeIsWokenByWhatItWaitsForOnly) {
    engine::NodeResumed signal;
    signal.wakeup = engine::SignalReceived{};
    expect_broken(rule_of(waiting_for(engine::TimerWait{noon}), signal), "resumed without a wait");
    NodeState resumed_early = node_in(NodeStatus::pending);
    EXPECT_EQ(rule_of(resumed_early, signal), "");
    resumed_early.early_signal = JsonText();
    expect_broken(rule_of(resumed_early, signal), "resumed twice");

    engine::NodeResumed child;
    child.wakeup = engine::ChildEnded{};
    EXPECT_EQ(rule_of(waiting_for(engine::ChildWait{}), child), "");
    engine::ChildWait other;
    other.child.uuid.bytes[0] = 1;
    expect_broken(rule_of(waiting_for(other), child), "woken by a child not waited for");
    expect_broken(rule_of(node_in(NodeStatus::running, 1), child),
                  "woken by a child not waited for");

    engine::NodeResumed item;
    item.wakeup = engine::ItemRetried{1};
    EXPECT_EQ(rule_of(map_whose_item_waits_until_noon(), item), "");
    const char* early = "an item's retry came early";
    expect_broken(rule_of(map_whose_item_waits_until_noon(), item, before_noon), early);
    expect_broken(rule_of(working_map(), item), early);
}

TEST(Rules, AnItemEndsOnceAfterItsStart) {
    const auto settled = [](std::uint32_t index) {
        engine::MapItemSettled body;
        body.index = index;
        return body;
    };
    EXPECT_EQ(rule_of(working_map(), settled(1)), "");
    expect_broken(rule_of(working_map(), settled(0)), "an item ended twice");
    expect_broken(rule_of(working_map(), settled(2)), "an item ended that was not started");
    expect_broken(rule_of(node_in(NodeStatus::running, 1), settled(0)),
                  "an item ended that was not started");
    const auto retried = [](std::uint32_t item, std::uint32_t attempt) {
        auto body = attempt_of<engine::NodeRetryScheduled>(attempt);
        body.item = item;
        body.retry_at = noon;
        return body;
    };
    EXPECT_EQ(rule_of(working_map(), retried(1, 1)), "");
    const char* not_running = "an item failed that does not run";
    expect_broken(rule_of(working_map(), retried(0, 1)), not_running);
    expect_broken(rule_of(working_map(), retried(1, 2)), not_running);
    expect_broken(rule_of(map_whose_item_waits_until_noon(), retried(1, 1)), not_running);
}

TEST(Rules, OfAStateAreSeenBroken) {
    EXPECT_EQ(broken_state(run_with(waiting_for(engine::TimerWait{noon}))), "");
    EXPECT_EQ(broken_state(run_with(node_in(NodeStatus::running, 1))), "");
    RunState run = run_with(node_in(NodeStatus::running, 1));
    run.status = RunStatus::suspended;
    expect_broken(broken_state(run), "suspended is not what it means");
    run.status = RunStatus::completed;
    expect_broken(broken_state(run), "the run is over, a node is not");
    run = run_with(node_in(NodeStatus::running, 1));
    run.open_nodes = 2;
    expect_broken(broken_state(run), "open nodes are miscounted");
    run = run_with(waiting_for(engine::TimerWait{noon}));
    run.waiting_nodes = 0;
    expect_broken(broken_state(run), "open nodes are miscounted");
    run = run_with(node_in(NodeStatus::running, 1));
    run.budget_spent = run.created.budget + 1;
    expect_broken(broken_state(run), "more descendants than allowed");
    expect_broken(broken_state(run_with(node_in(NodeStatus::completed, 1))), "nothing is open");
    expect_broken(broken_state(run_with(node_in(NodeStatus::suspended, 1))),
                  "nothing will wake the run");
}

}  // namespace
}  // namespace swiftgrid::sim
