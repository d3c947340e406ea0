// How a shard carries out what a turn owes: scripts at once, everything else through the outbox.

#include "base/assert.h"
#include "base/limits.h"
#include "base/overloaded.h"
#include "runtime/attempt_commands.h"
#include "runtime/shard.h"

namespace swiftgrid::runtime {

void Shard::carry_out(RunEntry& entry, engine::Effect& effect) {
    std::visit(Overloaded{
                   [&](engine::EvaluateInput& owed) { evaluate_input(entry, owed); },
                   [&](engine::PerformNode& owed) { perform(entry, owed); },
                   [&](engine::CancelNode& owed) { cancel_node(entry, owed); },
                   [&](engine::StartChildRun& owed) { start_child(entry, owed); },
                   [&](engine::CancelChildRun& owed) { cancel_child(entry, owed); },
                   [&](engine::EndRun&) { end_run(entry); },
               },
               effect);
}

void Shard::evaluate_input(RunEntry& entry, engine::EvaluateInput& effect) {
    PendingScript pending;
    pending.is_input = true;
    pending.request.key = {entry.state.id, effect.node, effect.attempt};
    pending.request.plan = entry.plan;

    sandbox::Call call = input_call_of(pending.request.node(), effect);
    submit_script(entry, std::move(pending), std::move(call));
}

void Shard::perform(RunEntry& entry, engine::PerformNode& effect) {
    nodes::PerformRequest request;
    request.key = {entry.state.id, effect.node, effect.attempt};
    request.plan = entry.plan;
    request.input = std::move(effect.input);
    request.bindings = std::move(effect.bindings);
    if (!put_secrets_in(entry, request)) return;
    if (parts_.tracer)
        request.traceparent = parts_.tracer->traceparent(entry.state, effect.node, effect.attempt);
    const std::string& type = request.node().descriptor->type;

    const auto script = parts_.performers.scripts.find(type);
    if (script != parts_.performers.scripts.end()) {
        sandbox::Call call = script->second->prepare(request);
        submit_script(entry, PendingScript{false, std::move(request)}, std::move(call));
        return;
    }
    SG_ASSERT(parts_.performers.outside.contains(type), "an available type has a performer");
    const bool undurable = entry.durable_sequence != entry.state.last_sequence;
    outbox_.hold(
        [this, request = std::move(request)]() mutable { start_outside(std::move(request)); },
        undurable);
}

void Shard::submit_script(RunEntry& entry, PendingScript pending, sandbox::Call call) {
    const std::uint64_t id = next_script_id_++;
    call.id = id;
    ++entry.scripts_in_flight;
    script_of_attempt_.emplace(pending.request.key, id);
    pending_scripts_.emplace(id, std::move(pending));
    parts_.metrics.scripts.fetch_add(1, std::memory_order_relaxed);
    parts_.scripts.submit(std::move(call));
}

void Shard::start_outside(nodes::PerformRequest request) {
    if (outside_in_flight_ >= limits::http_requests_in_flight) {
        waiting_outside_.push_back({std::move(request), parts_.clock.monotonic_ms()});
        note_waiting_outside();
        return;
    }
    ++outside_in_flight_;
    outside_gauge_.set(outside_in_flight_);
    parts_.metrics.outside_attempts.fetch_add(1, std::memory_order_relaxed);
    const nodes::AttemptKey key = request.key;
    nodes::OutsidePerformer& performer =
        *parts_.performers.outside.at(request.node().descriptor->type);
    request.show = [&inbox = inbox_, key](nodes::Chunk chunk) {
        inbox.push(AttemptShows{key, std::move(chunk)});
    };
    performer.start(std::move(request), [&inbox = inbox_, key](nodes::Outcome outcome) {
        inbox.push(AttemptEnded{key, std::move(outcome)});
    });
}

void Shard::note_waiting_outside() const {
    counts_.note_waiting(waiting_outside_.size(),
                         waiting_outside_.empty() ? 0 : waiting_outside_.front().since_ms);
}

void Shard::cancel_node(RunEntry& entry, const engine::CancelNode& effect) {
    const nodes::AttemptKey key{entry.state.id, effect.node, effect.attempt};
    const auto script = script_of_attempt_.find(key);
    if (script != script_of_attempt_.end()) {
        parts_.scripts.cancel(script->second);
        pending_scripts_.erase(script->second);
        script_of_attempt_.erase(script);
        --entry.scripts_in_flight;
        return;
    }
    const auto performer =
        parts_.performers.outside.find(entry.plan->nodes[effect.node].descriptor->type);
    if (performer == parts_.performers.outside.end()) return;
    outbox_.hold(
        [this, key, &performer = *performer->second] {
            if (std::erase_if(waiting_outside_,
                              [&](const auto& waiting) { return waiting.request.key == key; }) == 0)
                performer.cancel(key);
            else
                note_waiting_outside();
        },
        true);
}

void Shard::end_run(RunEntry& entry) {
    report_end(entry);
    if (!entry.on_end) return;
    const auto& state = entry.state;
    RunEnd end{state.status, state.output.value_or(JsonText()), state.error};
    outbox_.hold([on_end = std::move(entry.on_end), end = std::move(end)] { on_end(end); }, true);
    entry.on_end = nullptr;
}

}  // namespace swiftgrid::runtime
