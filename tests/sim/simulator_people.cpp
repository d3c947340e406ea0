// What people and their programs do in a history: start, cancel, resume, replay, delete, publish.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tests/sim/simulator.h"

namespace swiftgrid::sim {
namespace {

JsonText draw_input(Random& random) {
    static constexpr std::array inputs = {"{}", R"({"x":1})", R"({"x":"a","list":[1,{"k":2}]})",
                                          "null", R"({"x":700,"list":[]})"};
    return JsonText::trusted(inputs[random.below(inputs.size())]);
}

bool can_be_kept(const engine::NodeState& node) {
    return node.status == engine::NodeStatus::completed ||
           node.status == engine::NodeStatus::skipped ||
           (node.status == engine::NodeStatus::failed && node.absorbed);
}

engine::KeptNode kept_node(const engine::RunState& run, model::NodeIndex index) {
    const engine::NodeState& node = run.nodes[index];
    engine::KeptNode kept{index, node.status, node.result.value_or(JsonText()), node.outputs,
                          node.error};
    return kept;
}

bool waits_for_webhook(const engine::NodeState& node) {
    return node.waiting && std::holds_alternative<engine::SignalWait>(node.waiting->wait);
}

}  // namespace

RunId Simulator::new_run_id() {
    std::array<std::uint8_t, 10> bits{};
    for (std::uint8_t& byte : bits) byte = static_cast<std::uint8_t>(random_.next());
    return RunId{make_uuid_v7(world_.clock.now(), bits)};
}

std::optional<RunId> Simulator::any_run() {
    const auto& runs = world_.truth.runs();
    if (runs.empty()) return std::nullopt;
    return std::next(runs.begin(), static_cast<std::ptrdiff_t>(random_.below(runs.size())))->first;
}

// The answer is compared with what is on disk when it comes.
void Simulator::expect_reply(RunId run, const char* what, runtime::Submission& submission) {
    const auto* command = &submission.command;
    const bool is_start = std::holds_alternative<engine::StartRun>(*command);
    const bool is_cancel = std::holds_alternative<engine::CancelRun>(*command);
    submission.reply = [this, run, what, is_start, is_cancel](const Result<void>& result) {
        const KnownRun* known = world_.truth.find(run);
        if (report_.tells())
            report_.say(fmt::format("  reply {} {}: {}", what, to_string(run).substr(24),
                                    result ? "done" : result.error().message));
        if (!result) {
            const bool tells_of_end = result.error().code == ErrorCode::conflict && is_cancel;
            if (tells_of_end && known && !engine::is_final(known->state.status))
                report_.broken("a refusal tells of an end that is not on disk");
            return;
        }
        if (known == nullptr && world_.truth.was_deleted(run)) return;
        if (known == nullptr)
            return report_.broken("a command is acknowledged before its run is on disk");
        if (is_start) promises_[run].was_acknowledged = true;
        if (!is_cancel) return;
        promises_[run].was_cancelled = true;
        if (known->state.status != engine::RunStatus::cancelled)
            report_.broken("a cancel is acknowledged before it is on disk");
    };
}

void Simulator::start() {
    if (started_.size() >= swarm_.starts_max) return;
    const BookedFlow& flow = book_.flows()[random_.below(book_.flows().size())];
    engine::StartRun command;
    command.created.input = draw_input(random_);
    start_as(new_run_id(), flow, std::move(command));
}

void Simulator::start_as(RunId run, const BookedFlow& flow, engine::StartRun command) {
    const auto place = static_cast<std::size_t>(&flow - book_.flows().data());
    const std::size_t active = world_.publications.active(place);
    // A replay has the graph of the run that it replays.
    const FlowVersion* version = &flow.versions[active];
    for (const FlowVersion& other : flow.versions)
        if (other.graph.id == command.created.graph) version = &other;
    engine::RunCreated& created = command.created;
    created.flow = flow.id;
    created.version = static_cast<std::int64_t>(active) + 1;
    created.graph = version->graph.id;
    created.budget = swarm_.budget;
    if (may(Fault::deadline, 50))
        created.deadline =
            world_.clock.now() + Duration{static_cast<std::int64_t>(random_.below(4'000))};
    runtime::Submission submission;
    submission.run = run;
    submission.plan = version->plan;
    submission.graph = version->graph;
    submission.key = store::IdempotencyKey{"sim", to_string(run), "", run, world_.clock.now()};
    submission.command = std::move(command);
    expect_reply(run, "start", submission);
    // Whoever waits for the end keeps the run in memory, which would hide evictions.
    if (swarm_.runs_in_memory > 10 && random_.chance(30)) {
        promises_[run].awaits_end = true;
        submission.on_end = [this, run](const runtime::RunEnd& end) {
            const KnownRun* known = world_.truth.find(run);
            const bool is_told = known != nullptr && known->state.status == end.status;
            if (!is_told && !world_.truth.was_deleted(run))
                report_.broken("a run's end is told before it is on disk");
            if (std::exchange(promises_[run].was_told_end, true))
                report_.broken("a run's end is told twice");
        };
    }
    if (report_.tells()) report_.say("start " + to_string(run).substr(24));
    if (!world_.submit(std::move(submission))) {
        tally_.count(Fault::full_inbox);
        promises_.erase(run);
        refused_.push_back(run);
        return;
    }
    started_.push_back(run);
    if (swarm_.watches) world_.watch(run);
}

// A replay with everything kept that leads to a node, or a fork with everything that was done at
// some event.
void Simulator::start_again() {
    const auto chosen = any_run();
    if (!chosen || started_.size() >= swarm_.starts_max + 2) return;
    const KnownRun& known = *world_.truth.find(*chosen);
    const bool is_fork = random_.chance(50);
    const std::uint64_t last = known.state.last_sequence;
    const std::uint64_t at = is_fork ? 1 + random_.below(last) : last;
    const auto old = world_.read_at(*chosen, at);
    if (!old) return;
    const BookedFlow* flow = book_.find(known.state.created.flow);
    engine::StartRun command;
    command.created.input = known.state.created.input;
    command.created.graph = known.state.created.graph;
    command.created.trigger = engine::Trigger::replay;
    command.created.replay_of = *chosen;
    command.created.snapshots = known.state.created.snapshots;
    const auto from = static_cast<model::NodeIndex>(random_.below(known.plan->nodes.size()));
    const auto& upstream = known.plan->nodes[from].upstream;
    if (is_fork) command.created.forked_at = at;
    const auto is_kept = [&](model::NodeIndex node) {
        return can_be_kept(old->state.nodes[node]) &&
               (is_fork || std::ranges::binary_search(upstream, node));
    };
    if (!is_fork && !std::ranges::all_of(upstream, is_kept)) return;
    for (const model::NodeIndex node : known.plan->topological)
        if (is_kept(node)) command.kept.push_back(kept_node(old->state, node));
    if (!is_fork) command.enter_at = from;
    start_as(new_run_id(), *flow, std::move(command));
}

void Simulator::cancel() {
    const auto run = any_run();
    if (!run || !may(Fault::cancel, 60)) return;
    runtime::Submission submission;
    submission.run = *run;
    submission.command = engine::CancelRun{"by ada"};
    expect_reply(*run, "cancel", submission);
    if (report_.tells()) report_.say("cancel " + to_string(*run).substr(24));
    world_.push(*run, std::move(submission));
}

void Simulator::resume_node(RunId run, model::NodeIndex node) {
    runtime::Submission submission;
    submission.run = run;
    submission.command = engine::ResumeNode{node, JsonText::trusted(R"({"ok":true})")};
    expect_reply(run, "resume", submission);
    world_.push(run, std::move(submission));
}

void Simulator::resume() {
    const auto run = any_run();
    if (!run) return;
    const KnownRun& known = *world_.truth.find(*run);
    for (model::NodeIndex node = 0; node < known.plan->nodes.size(); ++node) {
        if (known.plan->nodes[node].descriptor->type != "webhook-wait") continue;
        const engine::NodeState& state = known.state.nodes[node];
        const bool is_early = state.status == engine::NodeStatus::pending;
        if (!waits_for_webhook(state) && !(is_early && may(Fault::early_resume, 50))) continue;
        resume_node(*run, node);
        if (may(Fault::double_resume, 50)) resume_node(*run, node);
    }
}

bool Simulator::call_webhooks() {
    bool has_called = false;
    for (const auto& [id, run] : world_.truth.runs())
        for (model::NodeIndex node = 0; node < run.plan->nodes.size(); ++node)
            if (waits_for_webhook(run.state.nodes[node]) && random_.chance(50)) {
                resume_node(id, node);
                has_called = true;
            }
    return has_called;
}

// Also of runs that may not be deleted.
void Simulator::remove() {
    const auto run = any_run();
    if (!run || !may(Fault::deletion, 60)) return;
    if (report_.tells()) report_.say("delete " + to_string(*run).substr(24));
    world_.remove(*run);
}

void Simulator::publish() {
    const std::size_t flow = random_.below(book_.flows().size());
    if (may(Fault::new_version, 50)) world_.publications.publish_another(flow);
    if (may(Fault::missing_flow, 5)) world_.publications.remove(flow);
    if (random_.chance(30)) world_.publications.bring_all_back();
}

// Late, twice, of another attempt or of no node at all.
void Simulator::stray() {
    const auto run = any_run();
    if (!run || !may(Fault::stray_command, 60)) return;
    runtime::Submission submission;
    submission.run = random_.chance(90) ? *run : new_run_id();
    submission.command = stray_command(*world_.truth.find(*run));
    submission.reply = [this](const Result<void>& result) {
        if (result) report_.broken("a command that makes no sense was accepted");
    };
    const RunId target = submission.run;
    world_.push(target, std::move(submission));
}

engine::Command Simulator::stray_command(const KnownRun& run) {
    const auto node = static_cast<model::NodeIndex>(random_.below(run.plan->nodes.size() + 2));
    const std::uint32_t attempt = 50 + static_cast<std::uint32_t>(random_.below(3));
    switch (random_.below(5)) {
        case 0: return engine::CompleteNode{node, attempt, JsonText(), {}, 0, {}};
        case 1: return engine::FailNode{node, attempt, engine::make_run_error("x", "y"), 0, {}, {}};
        case 2: return engine::CompleteInput{node, attempt, {JsonText()}};
        case 3: return engine::ResumeNode{1'000, JsonText()};
        default: {
            engine::CompleteChild command{node, attempt, {}, {}};
            command.end.child = new_run_id();
            if (random_.chance(50)) command.item = 0;
            return command;
        }
    }
}

}  // namespace swiftgrid::sim
