#include "runtime/shard.h"

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "base/overloaded.h"
#include "engine/event_codec.h"
#include "engine/event_types.h"
#include "engine/handle.h"
#include "engine/outstanding.h"
#include "runtime/attempt_commands.h"
#include "runtime/run_row.h"

namespace swiftgrid::runtime {

Shard::Shard(ShardParts parts, Inbox& inbox)
    : parts_(std::move(parts)),
      inbox_(inbox),
      runs_(parts_.backend, parts_.plans, parts_.runs_in_memory),
      timers_(parts_.timers_in_memory),
      counts_(parts_.metrics.add_shard()),
      runs_gauge_(parts_.metrics.runs_in_memory),
      outside_gauge_(parts_.metrics.outside_in_flight),
      timers_gauge_(parts_.metrics.timers_in_memory) {}

void Shard::recover(Recovery recovery) {
    to_recover_ = std::move(recovery.owing);
    unrecovered_.insert(to_recover_.begin(), to_recover_.end());
    for (RunId orphan : recovery.orphans) {
        unrecovered_.erase(orphan);  // what it owes is not wanted
        orphans_.insert(orphan);
        Submission submission;
        submission.run = orphan;
        submission.command = engine::CancelRun{"its parent run ended"};
        submission.from_caller = true;
        inbox_.push(std::move(submission));
    }
}

void Shard::recover_some() {
    for (std::size_t count = 0; count < limits::turn_commands && !to_recover_.empty(); ++count) {
        const RunId run = to_recover_.back();
        to_recover_.pop_back();
        if (!unrecovered_.contains(run)) continue;
        const auto loaded = load(run);
        if (loaded) continue;
        warn("cannot go on with run " + to_string(run) + ": " + loaded.error().message, run);
        recover_later(run);
    }
}

// From memory or from disk. A run that was not recovered yet owes its work again.
Result<RunEntry*> Shard::load(RunId run) {
    auto entry = runs_.load(run);
    if (entry && unrecovered_.erase(run) > 0) owe_again(**entry);
    // Its cancel reaches the runs it waits for, not those it had given up.
    if (entry && orphans_.erase(run) > 0)
        cancel_strays(**entry,
                      engine::outstanding((*entry)->state, *(*entry)->plan, parts_.behaviours));
    return entry;
}

void Shard::owe_again(RunEntry& entry) {
    auto effects = engine::outstanding(entry.state, *entry.plan, parts_.behaviours);
    cancel_strays(entry, effects);
    is_repeating_ = true;
    for (engine::Effect& effect : effects) carry_out(entry, effect);
    is_repeating_ = false;
}

// A run that has ended, or that was refused before it existed.
void Shard::forget_if_over(const RunEntry& entry) {
    const bool is_over = engine::is_final(entry.state.status) || !entry.state.exists();
    if (is_over && entry.is_idle()) runs_.erase(entry.state.id);
}

bool Shard::turn() {
    if (parts_.vault) vault_ = parts_.vault->content();
    bool more = handle_messages();

    replies_.clear();
    parts_.scripts.poll(parts_.clock.monotonic_ms(), replies_);
    for (const sandbox::LiveLogs& logs : parts_.scripts.live_logs()) handle_live_logs(logs);
    for (sandbox::Reply& reply : replies_) handle_script_reply(reply);

    // What waits on disk is not begun any more before the end.
    if (!draining_) {
        go_on_with_postponed();
        recover_some();
        more = fire_timers() || !to_recover_.empty() || more;
    }
    parts_.scripts.flush();
    if (!commit_in_flight_ && !building_.empty() && !batch_may_grow()) seal_batch();
    runs_.evict_idle();
    runs_gauge_.set(runs_.size());
    return more;
}

// Also what runs of this shard tell each other meanwhile, so that it gets to disk together. True
// when some are left.
bool Shard::handle_messages() {
    std::size_t room = limits::turn_commands;
    bool more = true;
    while (more && room > 0) {
        messages_.clear();
        inbox_.drain(messages_, room);
        for (Message& message : messages_) handle_message(message);
        room -= messages_.size();
        more = inbox_.size() > 0;
    }
    return more;
}

std::optional<std::int64_t> Shard::next_deadline_ms() const {
    auto next = parts_.scripts.next_deadline_ms();
    if (commit_in_flight_ || building_.empty()) return next;
    const std::int64_t sealed_at = building_since_ms_ + batch_growth_ms;
    return next ? std::min(*next, sealed_at) : sealed_at;
}

bool Shard::is_quiet() const {
    return !anything_undurable() && pending_scripts_.empty() && script_requests_.empty() &&
           outside_in_flight_ == 0 && inbox_.size() == 0;
}

void Shard::handle_message(Message& message) {
    std::visit(Overloaded{
                   [&](Submission& submission) { handle_submission(submission); },
                   [&](AttemptEnded& ended) { handle_attempt_ended(ended); },
                   [&](AttemptShows& shows) { handle_attempt_shows(shows); },
                   [&](ChildReport& report) { handle_child_report(report); },
                   [&](BatchDurable&) { release(); },
                   [&](ScriptRequest& request) { handle_script_request(request); },
                   [&](Drain&) { draining_ = true; },
               },
               message);
}

void Shard::handle_submission(Submission& submission) {
    const bool is_start = std::holds_alternative<engine::StartRun>(submission.command);
    RunEntry* entry = runs_.find(submission.run);
    if (!entry && is_start) {
        entry = &runs_.create(submission.run, submission.plan);
        entry->on_end = std::move(submission.on_end);
    } else if (!entry) {
        auto loaded = load(submission.run);
        if (!loaded) {
            if (submission.reply)
                submission.reply(std::unexpected(loaded.error()));
            else if (loaded.error().code != ErrorCode::not_found)
                postpone([this, submission] { inbox_.push(submission); });
            return;
        }
        entry = *loaded;
    }

    redact_command(*entry, submission.command);
    caller_knows_end_ = submission.from_caller;
    const auto refusal = handle_command(*entry, submission.command);
    caller_knows_end_ = false;
    if (!refusal) {
        if (is_start && parts_.resume_tokens)
            parts_.resume_tokens->append_rows(building_tokens_, submission.run, *entry->plan);
        if (submission.graph) building_graphs_.push_back(std::move(*submission.graph));
        if (submission.key) building_keys_.push_back(std::move(*submission.key));
    }
    if (!entry->state.exists()) entry->on_end = nullptr;
    hold_reply(*entry, submission, refusal);
    forget_if_over(*entry);
}

// A refusal tells the run's state, so it too waits until that state is on disk.
void Shard::hold_reply(const RunEntry& entry, Submission& submission,
                       const std::optional<Error>& refusal) {
    if (!submission.reply) return;
    const bool undurable = entry.durable_sequence != entry.state.last_sequence;
    auto reply = [reply = std::move(submission.reply), refusal] {
        reply(refusal ? Result<void>(std::unexpected(*refusal)) : Result<void>());
    };
    // Whoever waits for the end of the run has no use for its start.
    if (undurable && entry.on_end && std::holds_alternative<engine::StartRun>(submission.command))
        outbox_.hold_patiently(std::move(reply));
    else
        outbox_.hold(std::move(reply), undurable);
}

void Shard::handle_attempt_ended(AttemptEnded& ended) {
    SG_ASSERT(outside_in_flight_ > 0, "every attempt that ends was started");
    auto entry = load(ended.key.run);
    if (!entry && entry.error().code != ErrorCode::not_found) {
        warn("cannot tell run " + to_string(ended.key.run) +
                 " the end of an attempt: " + entry.error().message,
             ended.key.run);
        postpone([this, ended] { inbox_.push(ended); });
        return;
    }
    --outside_in_flight_;
    outside_gauge_.set(outside_in_flight_);
    if (!waiting_outside_.empty()) {
        nodes::PerformRequest request = std::move(waiting_outside_.front().request);
        waiting_outside_.pop_front();
        note_waiting_outside();
        start_outside(std::move(request));
    }
    end_streams(ended.key, entry ? *entry : nullptr);
    if (!entry) return;  // deleted meanwhile: nobody wants the outcome
    redact(**entry, ended.outcome);
    handle_command(**entry, command_of(ended.key, std::move(ended.outcome)));
    forget_if_over(**entry);
}

void Shard::handle_script_request(ScriptRequest& request) {
    const std::uint64_t id = next_script_id_++;
    request.call.id = id;
    script_requests_.emplace(id, std::move(request.done));
    parts_.scripts.submit(std::move(request.call));
}

void Shard::handle_script_reply(sandbox::Reply& reply) {
    if (const auto asked = script_requests_.extract(reply.id)) {
        asked.mapped()(std::move(reply));
        return;
    }
    const auto found = pending_scripts_.find(reply.id);
    if (found == pending_scripts_.end()) return;  // cancelled meanwhile
    PendingScript pending = std::move(found->second);
    pending_scripts_.erase(found);
    const nodes::AttemptKey key = pending.request.key;
    script_of_attempt_.erase(key);
    RunEntry* entry = runs_.find(key.run);
    SG_ASSERT(entry != nullptr, "a run with a script in flight stays in memory");
    --entry->scripts_in_flight;

    if (pending.is_input) {
        handle_command(*entry, input_command_of(key, reply));
        return;
    }
    show_rest_of_logs(pending, reply);
    const nodes::ScriptPerformer& performer =
        *parts_.performers.scripts.at(pending.request.node().descriptor->type);
    nodes::Outcome outcome = performer.finish(pending.request, std::move(reply));
    redact(*entry, outcome);
    handle_command(*entry, command_of(key, std::move(outcome)));
}

std::optional<Error> Shard::handle_command(RunEntry& entry, const engine::Command& command) {
    const RecordedEnvironment environment(*vault_);
    engine::Turn turn = engine::handle(entry.state, *entry.plan, parts_.behaviours, command,
                                       parts_.clock.now(), environment);
    if (turn.rejection) {
        parts_.metrics.commands_refused.fetch_add(1, std::memory_order_relaxed);
        return turn.rejection;
    }
    note_events(entry, std::move(turn.events));
    for (engine::Effect& effect : turn.effects) carry_out(entry, effect);
    return std::nullopt;
}

void Shard::note_events(RunEntry& entry, std::vector<engine::Event> events) {
    if (events.empty()) return;
    const auto [place, inserted] = building_index_.try_emplace(entry.state.id, building_.size());
    if (building_.empty()) building_since_ms_ = parts_.clock.monotonic_ms();
    if (inserted) building_.push_back({entry.state.id, entry.plan, {}, {}, {}, {}, {}});
    PartOfRun& part = building_[place->second];
    for (const engine::Event& event : events) {
        entry.maps.note(entry.state.id, event, *entry.plan);
        if (std::holds_alternative<engine::NodeRetryScheduled>(event.body))
            parts_.metrics.retries.fetch_add(1, std::memory_order_relaxed);
        if (parts_.tracer) parts_.tracer->make_spans(part.spans, event, entry.state, *entry.plan);
    }
    std::erase_if(entry.show_text, [&](model::NodeIndex node) {
        return entry.state.nodes[node].status != engine::NodeStatus::running;
    });
    auto& known = part.events;
    known.insert(known.end(), std::make_move_iterator(events.begin()),
                 std::make_move_iterator(events.end()));
}

// A commit for each of a few steps that take microseconds would be most of what they cost. So while
// all runs of the batch compute and nobody waits for anything but their ends, more comes into it.
// When there is a good deal, it is written while they go on.
bool Shard::batch_may_grow() const {
    if (draining_ || outbox_.is_awaited() ||
        parts_.clock.monotonic_ms() >= building_since_ms_ + batch_growth_ms)
        return false;
    std::size_t events = 0;
    for (const PartOfRun& part : building_) {
        const RunEntry* entry = runs_.peek(part.run);
        SG_ASSERT(entry != nullptr, "a run with undurable events stays in memory");
        if (entry->scripts_in_flight == 0) return false;
        events += part.events.size();
        if (events > batch_growth_events) return false;
    }
    return true;
}

void Shard::seal_batch() {
    store::Batch batch;
    batch.events.reserve(building_.size());
    batch.runs.reserve(building_.size());
    for (PartOfRun& part : building_) {
        RunEntry* entry = runs_.find(part.run);
        SG_ASSERT(entry != nullptr, "a run with undurable events stays in memory");
        store::EventRecord record;
        record.run = part.run;
        record.first_seq = part.events.front().sequence;
        record.count = static_cast<std::uint32_t>(part.events.size());
        record.at = part.events.front().at;
        record.events = "[";
        engine::encode_events(record.events, part.events, record.at, *part.plan);
        record.events += ']';
        batch.events.push_back(std::move(record));
        batch.runs.push_back(run_row_of(entry->state, *entry->plan));
        entry->maps.take_changed(batch.maps);
        part.wake_at = batch.runs.back().wake_at;
        if (parts_.hub.runs_are_watched()) part.row = batch.runs.back();
        parts_.metrics.events.fetch_add(part.events.size(), std::memory_order_relaxed);
    }
    batch.graphs.swap(building_graphs_);
    batch.keys.swap(building_keys_);
    batch.tokens.swap(building_tokens_);
    sealed_.swap(building_);
    building_.clear();
    building_index_.clear();
    told_bytes_ = 0;
    outbox_.seal();
    commit_in_flight_ = true;
    parts_.append(std::move(batch));
}

void Shard::release() {
    SG_ASSERT(commit_in_flight_, "only a batch in flight becomes durable");
    commit_in_flight_ = false;
    std::vector<PartOfRun> durable;
    durable.swap(sealed_);
    for (PartOfRun& part : durable) {
        RunEntry* entry = runs_.find(part.run);
        SG_ASSERT(entry != nullptr, "a run with undurable events stays in memory");
        entry->durable_sequence = part.events.back().sequence;
        timers_.arm(part.run, part.wake_at);
        // Before anybody is answered: who asks for the numbers then finds the run among them.
        for (const engine::Event& event : part.events) {
            counts_.note(event, *part.plan, entry->state);
            tell_failure(event, entry->state);
        }
        if (!part.spans.empty()) parts_.tracer->send(std::move(part.spans));
    }
    outbox_.open();
    if (building_.empty()) {
        // What was held meanwhile is about events that are on disk now; no other batch may come.
        outbox_.seal();
        outbox_.open();
    }
    for (const PartOfRun& part : durable) publish(part);
    for (const PartOfRun& part : durable) {
        const RunEntry* entry = runs_.find(part.run);
        if (entry) forget_if_over(*entry);
    }
}

void Shard::tell_failure(const engine::Event& event, const engine::RunState& run) const {
    const auto* failed = std::get_if<engine::RunFailed>(&event.body);
    if (!failed || !parts_.on_failed) return;
    parts_.on_failed({run.id, run.created.flow, failed->error.node_id, failed->error.code,
                      RunTracer::trace_id(run)});
}

void Shard::publish(const PartOfRun& part) {
    const bool is_watched = parts_.hub.is_watched(part.run);
    if (is_watched || parts_.hub.has_chunks() || !part.chunks.empty()) {
        std::size_t next_chunk = 0;
        for (std::size_t i = 0; i < part.events.size(); ++i) {
            const engine::Event& event = part.events[i];
            publish_chunks(part, next_chunk, i);
            forget_chunks(part, event);
            if (!is_watched) continue;
            std::string text;
            engine::append_public_event(text, part.run, event, *part.plan);
            const auto end = engine::run_end(event.body);
            parts_.hub.publish_event(
                part.run, {event.sequence, std::make_shared<const std::string>(std::move(text)),
                           end ? engine::to_string(*end) : std::string_view()});
        }
        publish_chunks(part, next_chunk, part.events.size());
    }
    if (part.row) parts_.hub.publish_run(*part.row);
}

}  // namespace swiftgrid::runtime
