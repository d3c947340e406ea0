#include "tests/scenarios/run_under_test.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/budget.h"
#include "engine/event_codec.h"
#include "engine/explain.h"
#include "engine/outstanding.h"
#include "tests/scenarios/test_nodes.h"

namespace swiftgrid::testing {
namespace {

RunId test_run() { return parse_id<RunId>("0192f0c1-2a00-7000-8000-000000000001").value(); }
FlowId test_flow() { return parse_id<FlowId>("0192f0c1-2a00-7000-8000-00000000000f").value(); }

struct OwedWork {
    model::NodeIndex node;
    std::string name;
    auto operator<=>(const OwedWork&) const = default;
};

// Bindings are left out: with `join: any` more may be known when the work is owed again.
std::vector<OwedWork> work_of(const std::vector<engine::Effect>& effects) {
    std::vector<OwedWork> work;
    for (const engine::Effect& effect : effects) {
        if (const auto* evaluate = std::get_if<engine::EvaluateInput>(&effect))
            work.push_back({evaluate->node, fmt::format("evaluate #{}", evaluate->attempt)});
        if (const auto* perform = std::get_if<engine::PerformNode>(&effect))
            work.push_back({perform->node, fmt::format("perform #{} {}", perform->attempt,
                                                       perform->input.view())});
        if (const auto* start = std::get_if<engine::StartChildRun>(&effect))
            work.push_back(
                {start->node,
                 fmt::format("start {} #{} of {} version {} budget {} allowance {} input {}",
                             to_string(start->child), start->attempt, start->call.flow,
                             start->call.version.view(), start->call.budget,
                             engine::to_json_text(start->call.allowance).view(),
                             start->input.view())});
    }
    std::ranges::sort(work);
    return work;
}

}  // namespace

RunUnderTest::RunUnderTest(model::PlanPtr plan)
    : plan_(std::move(plan)),
      state_(test_run(), plan_->nodes.size()),
      now_(parse_rfc3339("2026-11-24T15:00:00Z").value()) {}

engine::Turn RunUnderTest::handle(const engine::Command& command) {
    now_ = now_ + Duration{10};
    const engine::RunState before = state_;
    engine::Turn turn =
        engine::handle(state_, *plan_, test_behaviours(), command, now_, engine::empty_environment);
    if (turn.rejection) {
        if (state_ != before) report("a refused command changed the run");
        if (!turn.effects.empty()) report("a refused command owes something");
        return turn;
    }
    keep_books(command, turn);
    check_all();
    return turn;
}

engine::Turn RunUnderTest::start(JsonText input, engine::Trigger trigger) {
    engine::StartRun command = to_start_;
    command.created.flow = test_flow();
    command.created.graph = plan_->graph_id;
    command.created.input = std::move(input);
    command.created.trigger = trigger;
    return handle(command);
}

void RunUnderTest::crash_and_recover() {
    state_ = fold(events_.size());
    owed_ = engine::outstanding(state_, *plan_, test_behaviours());
}

void RunUnderTest::keep_books(const engine::Command& command, const engine::Turn& turn) {
    events_.insert(events_.end(), turn.events.begin(), turn.events.end());
    if (const auto* done = std::get_if<engine::CompleteInput>(&command)) settle(done->node);
    if (const auto* done = std::get_if<engine::CompleteNode>(&command)) settle(done->node);
    if (const auto* done = std::get_if<engine::FailNode>(&command)) settle(done->node);
    if (const auto* done = std::get_if<engine::CompleteChild>(&command))
        settle_child(done->end.child);
    for (const engine::Effect& effect : turn.effects) {
        if (const auto* cancel = std::get_if<engine::CancelNode>(&effect))
            settle(cancel->node);
        else if (const auto* child = std::get_if<engine::CancelChildRun>(&effect))
            settle_child(child->child);
        else if (!std::holds_alternative<engine::EndRun>(effect))
            owed_.push_back(effect);
    }
}

void RunUnderTest::settle(model::NodeIndex node) {
    const auto erased = std::erase_if(owed_, [node](const engine::Effect& effect) {
        const auto* evaluate = std::get_if<engine::EvaluateInput>(&effect);
        const auto* perform = std::get_if<engine::PerformNode>(&effect);
        return (evaluate && evaluate->node == node) || (perform && perform->node == node);
    });
    if (erased != 1) report("what was not owed was answered or cancelled");
}

void RunUnderTest::settle_child(RunId child) {
    const auto erased = std::erase_if(owed_, [child](const engine::Effect& effect) {
        const auto* start = std::get_if<engine::StartChildRun>(&effect);
        return start && start->child == child;
    });
    if (erased != 1) report("a run that was not owed has ended or was cancelled");
}

engine::RunState RunUnderTest::fold(std::size_t count) const {
    engine::RunState state(test_run(), plan_->nodes.size());
    for (std::size_t i = 0; i < count; ++i) engine::apply(state, events_[i]);
    return state;
}

void RunUnderTest::check_all() {
    if (fold(events_.size()) != state_) report("the fold of the log is not the live state");
    check_codec();
    check_nodes();
    check_owed();
    check_wake_ups();
    check_budget();
}

void RunUnderTest::check_codec() {
    const swiftgrid::Instant base = events_.front().at;
    std::string text = "[";
    engine::encode_events(text, events_, base, *plan_);
    text += ']';
    const auto decoded = engine::decode_events(text, 1, base, *plan_);
    if (!decoded) return report("the log cannot be read: " + decoded.error().message);
    if (*decoded != events_) report("the log does not survive its codec: " + text);
}

void RunUnderTest::check_nodes() {
    std::uint32_t open = 0;
    std::vector<int> entered(plan_->nodes.size(), 0);
    std::vector<int> ended(plan_->nodes.size(), 0);
    for (const engine::Event& event : events_) {
        if (const auto* scheduled = std::get_if<engine::NodeScheduled>(&event.body))
            ++entered[scheduled->node];
        if (const auto* done = std::get_if<engine::NodeCompleted>(&event.body)) ++ended[done->node];
        if (const auto* failed = std::get_if<engine::NodeFailed>(&event.body))
            ++ended[failed->node];
        if (const auto* skipped = std::get_if<engine::NodeSkipped>(&event.body))
            ++ended[skipped->node];
        if (const auto* stopped = std::get_if<engine::NodeCancelled>(&event.body))
            ++ended[stopped->node];
    }
    for (std::size_t i = 0; i < plan_->nodes.size(); ++i) {
        const engine::NodeStatus status = state_.nodes[i].status;
        const bool is_final = engine::is_final(status);
        if (!is_final && status != engine::NodeStatus::pending) ++open;
        if (entered[i] > 1) report(plan_->nodes[i].id + " was entered more than once");
        if (ended[i] != (is_final ? 1 : 0)) report(plan_->nodes[i].id + " ended more than once");
        if (engine::is_final(state_.status) && !is_final)
            report(plan_->nodes[i].id + " is not final, but the run is over");
    }
    if (open != state_.open_nodes) report("open_nodes is wrong");
    if (open == 0 && !engine::is_final(state_.status)) report("nothing is open, the run goes on");
}

void RunUnderTest::check_owed() {
    const auto outstanding = engine::outstanding(state_, *plan_, test_behaviours());
    if (work_of(outstanding) == work_of(owed_)) return;
    std::string text = "outstanding is not what is owed:";
    for (const engine::Effect& effect : outstanding)
        text += "\n  outstanding " + engine::explain(effect, *plan_);
    for (const engine::Effect& effect : owed_)
        text += "\n  owed        " + engine::explain(effect, *plan_);
    report(text);
}

// Every open run has work in flight or a timer; what the row of a run says follows from its state.
void RunUnderTest::check_wake_ups() {
    if (!state_.owes() && !owed_.empty()) report("work is owed, but owes() denies it");
    if (engine::is_final(state_.status)) {
        if (!state_.timers.empty()) report("an ended run has timers");
        return;
    }
    if (owed_.empty() && !state_.next_timer()) report("nothing will wake the run");
    std::uint32_t waiting = 0;
    for (const engine::NodeState& node : state_.nodes)
        waiting += node.status == engine::NodeStatus::suspended ||
                   node.status == engine::NodeStatus::retrying;
    if (waiting != state_.waiting_nodes) report("waiting_nodes is wrong");
    const bool all_wait = waiting == state_.open_nodes;
    if (all_wait != (state_.status == engine::RunStatus::suspended))
        report("the run is suspended, but something goes on, or the other way round");
}

void RunUnderTest::check_budget() {
    if (!engine::is_final(state_.status) && engine::overspending(state_, *plan_))
        report("the run has spent its budget and goes on");
}

void RunUnderTest::report(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
}

}  // namespace swiftgrid::testing
