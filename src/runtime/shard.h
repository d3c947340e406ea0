#pragma once

// A shard owns a set of runs: nobody else touches them, so there are no locks and no lost updates.
// turn() drains the inbox, asks the engine, has scripts carried out between commits, and hands what
// happened to the journal; release() lets effects, replies and live events out once that is on disk
// (durable before visible). There is no thread in here: shard_thread.h and the simulator call it.

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/limits.h"
#include "engine/child_id.h"
#include "engine/node_behaviour.h"
#include "engine/turn.h"
#include "nodes/registry.h"
#include "runtime/child_flows.h"
#include "runtime/clock.h"
#include "runtime/event_hub.h"
#include "runtime/inbox.h"
#include "runtime/metrics.h"
#include "runtime/outbox.h"
#include "runtime/redacted_stream.h"
#include "runtime/resume_tokens.h"
#include "runtime/run_table.h"
#include "runtime/run_tracer.h"
#include "runtime/script_runner.h"
#include "runtime/timer_queue.h"
#include "runtime/vault.h"
#include "store/batch.h"

namespace swiftgrid::runtime {

// For logs: what may be known of a run outside of it.
struct FailedRun {
    RunId run;
    FlowId flow;
    std::string node_id;  // "" when no node is to blame
    std::string code;     // of the error
    std::string trace_id;
};

// What a shard needs from outside. All references outlive the shard.
struct ShardParts {
    const Clock& clock;
    const engine::NodeBehaviours& behaviours;
    nodes::Performers& performers;
    ScriptRunner& scripts;
    store::Backend& backend;  // for reading runs back
    PlanCache& plans;
    EventHub& hub;
    RuntimeMetrics& metrics;
    ChildFlows& child_flows;
    // Hands a batch to the journal; BatchDurable must come back through the inbox.
    std::function<void(store::Batch)> append;
    // Says what the shard goes on without, and of which run. May be empty.
    std::function<void(const std::string&, std::optional<RunId>)> warn = {};
    // Tells of a run that failed, when that is on disk. Must be quick. May be empty.
    std::function<void(const FailedRun&)> on_failed = {};
    // What inputs may use and nothing may record; null: there are no resume addresses, no `$env`.
    const ResumeTokens* resume_tokens = nullptr;
    const Vault* vault = nullptr;
    // Makes spans of events; null: traces are off.
    const RunTracer* tracer = nullptr;
    std::size_t runs_in_memory = limits::runs_in_memory;
    std::size_t timers_in_memory = limits::timers_in_memory;

    // Set by whoever holds all shards. Hands a message to the shard that owns the run, whatever
    // waits there; tells whether this one does.
    std::function<void(RunId, Message)> send = {};
    std::function<bool(RunId)> owns = [](RunId) { return true; };
};

// Which of so many shards owns the run.
inline std::size_t shard_of(RunId run, std::size_t shard_count) {
    return engine::shard_byte(run) % shard_count;
}

// What a start finds on disk for one shard.
struct Recovery {
    std::vector<RunId> owing;    // runs that owe work
    std::vector<RunId> orphans;  // runs that no parent waits for
};

class Shard {
public:
    Shard(ShardParts parts, Inbox& inbox);

    // To be called once, before the first turn. The work is done by the turns that follow: the
    // runs are loaded and owe again what their events say is owed, the orphans are cancelled.
    void recover(Recovery recovery);

    // One round of work. True when there is more to do at once.
    bool turn();

    // When turn() has to be called next although nothing comes in.
    std::optional<Instant> next_wakeup() const;

    // Null when it is not in memory. For checks: nothing may be decided by what is not on disk.
    const engine::RunState* state_in_memory(RunId run) const {
        const RunEntry* entry = runs_.peek(run);
        return entry ? &entry->state : nullptr;
    }

    bool has_undurable_events() const { return anything_undurable(); }
    // Nothing is undurable, with a worker or with a performer.
    bool is_quiet() const;
    bool is_draining() const { return draining_; }

    // By the monotonic clock: turn() has to be called then at the latest.
    std::optional<std::int64_t> next_deadline_ms() const;

private:
    // Live output, in its place among the events of the part.
    struct ChunkOfPart {
        std::size_t after_events = 0;
        model::NodeIndex node = 0;
        nodes::Chunk chunk;
        Instant at;
    };
    // What happened to one run in one batch; kept until it is on disk, then published.
    struct PartOfRun {
        RunId run;
        model::PlanPtr plan;
        std::vector<engine::Event> events;
        std::optional<store::RunRow> row;  // when somebody watches the list of runs
        std::optional<Instant> wake_at;    // the next timer behind these events
        std::vector<ChunkOfPart> chunks;
        std::vector<observe::Span> spans;  // that end with these events
    };
    struct PendingScript {
        bool is_input = false;  // evaluates the scripts of a template, else performs the node
        nodes::PerformRequest request;
        std::size_t lines_shown = 0;  // of its console output
    };
    // What a child has to know of the run that starts it.
    struct Caller {
        RunId run;
        std::string node_id;
        std::uint32_t depth = 0;
        std::string traceparent;  // "" when traces are off
    };

    // What needs a run that could not be read.
    struct Postponed {
        Instant at;
        std::function<void()> work;
    };

    // After the disk could not be read.
    static constexpr Duration patience{1'000};
    // A clock that was set back must not make anybody wait for longer.
    static bool has_waited(Instant until, Instant now) {
        return until <= now || until > now + patience;
    }

    // How far a batch may grow while its runs compute (engine.md section 3, contract point 4): some
    // ten nodes.
    static constexpr std::int64_t batch_growth_ms = 2;
    static constexpr std::size_t batch_growth_events = 30;

    bool handle_messages();
    void handle_message(Message& message);
    void handle_submission(Submission& submission);
    void hold_reply(const RunEntry& entry, Submission& submission,
                    const std::optional<Error>& refusal);
    void handle_attempt_ended(AttemptEnded& ended);
    void handle_script_request(ScriptRequest& request);
    Result<RunEntry*> load(RunId run);
    void owe_again(RunEntry& entry);
    void recover_some();
    void forget_if_over(const RunEntry& entry);
    void warn(const std::string& text, std::optional<RunId> run = std::nullopt) const {
        if (parts_.warn) parts_.warn(text, run);
    }
    void tell_failure(const engine::Event& event, const engine::RunState& run) const;
    void handle_script_reply(sandbox::Reply& reply);
    std::optional<Error> handle_command(RunEntry& entry, const engine::Command& command);
    void note_events(RunEntry& entry, std::vector<engine::Event> events);

    // shard_chunks.cpp
    void handle_attempt_shows(AttemptShows& shows);
    void handle_live_logs(const sandbox::LiveLogs& logs);
    void show_rest_of_logs(PendingScript& pending, const sandbox::Reply& reply);
    void show(const RunEntry& entry, model::NodeIndex node, nodes::Chunk chunk);
    void show_log_line(RunEntry& entry, model::NodeIndex node, const sandbox::LogLine& line);
    void publish_chunks(const PartOfRun& part, std::size_t& next, std::size_t after_events);
    void forget_chunks(const PartOfRun& part, const engine::Event& event);

    // shard_effects.cpp
    void carry_out(RunEntry& entry, engine::Effect& effect);
    void evaluate_input(RunEntry& entry, engine::EvaluateInput& effect);
    void perform(RunEntry& entry, engine::PerformNode& effect);
    void submit_script(RunEntry& entry, PendingScript pending, sandbox::Call call);
    void start_outside(nodes::PerformRequest request);
    void note_waiting_outside() const;
    void cancel_node(RunEntry& entry, const engine::CancelNode& effect);
    void end_run(RunEntry& entry);

    // shard_secrets.cpp
    bool put_secrets_in(const RunEntry& entry, nodes::PerformRequest& request);
    using Redactors = std::array<std::shared_ptr<const Redactor>, 2>;
    Redactors redactors_of(RunEntry& entry) const;
    void redact(RunEntry& entry, nodes::Outcome& outcome) const;
    void redact(RunEntry& entry, JsonText& value) const;
    void redact_command(RunEntry& entry, engine::Command& command) const;
    bool redact_chunk(RunEntry& entry, const nodes::AttemptKey& key, nodes::Chunk& chunk);
    void end_streams(const nodes::AttemptKey& key, RunEntry* entry);

    // shard_children.cpp
    void start_child(RunEntry& entry, engine::StartChildRun& effect);
    bool report_if_known(const Caller& caller, const engine::StartChildRun& start);
    void send_start(const Caller& caller, const engine::StartChildRun& start);
    void cancel_child(RunEntry& entry, const engine::CancelChildRun& effect);
    void cancel_strays(RunEntry& entry, const std::vector<engine::Effect>& owed);
    void report_end(const RunEntry& entry);
    void tell(RunId run, std::size_t bytes, std::function<void()> send, bool undurable);
    void handle_child_report(ChildReport& report);

    // shard_patience.cpp
    void postpone(std::function<void()> work);
    void go_on_with_postponed();
    void recover_later(RunId run);
    void start_child_later(const Caller& caller, const engine::StartChildRun& start);
    void cancel_strays_later(RunId run);

    // shard_timers.cpp
    bool fire_timers();
    void wake(RunId run, Instant now);
    void read_timers(Instant now);

    bool batch_may_grow() const;
    void seal_batch();
    void release();
    void publish(const PartOfRun& part);
    bool anything_undurable() const { return commit_in_flight_ || !building_.empty(); }

    ShardParts parts_;
    Inbox& inbox_;
    RunTable runs_;
    Outbox outbox_;

    std::vector<PartOfRun> building_;
    std::unordered_map<RunId, std::size_t> building_index_;
    std::int64_t building_since_ms_ = 0;  // by the monotonic clock
    std::vector<store::GraphDocument> building_graphs_;
    std::vector<store::IdempotencyKey> building_keys_;
    std::vector<store::ResumeToken> building_tokens_;
    std::size_t told_bytes_ = 0;     // to runs of this shard, in the batch that is being built
    std::vector<PartOfRun> sealed_;  // with the journal while commit_in_flight_
    bool commit_in_flight_ = false;

    std::unordered_map<std::uint64_t, PendingScript> pending_scripts_;
    std::map<nodes::AttemptKey, std::uint64_t> script_of_attempt_;
    std::unordered_map<std::uint64_t, std::function<void(sandbox::Reply)>> script_requests_;
    std::uint64_t next_script_id_ = 1;
    std::size_t outside_in_flight_ = 0;
    struct WaitingAttempt {
        nodes::PerformRequest request;
        std::int64_t since_ms = 0;  // monotonic
    };
    std::deque<WaitingAttempt> waiting_outside_;  // over the limit of attempts in flight
    bool draining_ = false;

    TimerQueue timers_;
    std::optional<Instant> read_timers_at_;  // after a failure to read them
    std::vector<Postponed> postponed_;       // for a second each
    std::vector<RunId> to_recover_;          // the next one last
    std::unordered_set<RunId> unrecovered_;  // those of to_recover_ that were not loaded yet
    std::unordered_set<RunId> orphans_;      // of the last crash, not cancelled yet
    bool is_repeating_ = false;              // what is owed now may have been done before a crash
    bool caller_knows_end_ = false;          // of the command that is being handled

    VaultContentPtr vault_ = std::make_shared<const VaultContent>();  // as of this turn
    std::shared_ptr<const Redactor> no_tokens_ =
        std::make_shared<const Redactor>(std::span<const std::string>());
    // A text of an attempt that comes piece by piece.
    struct StreamKey {
        nodes::AttemptKey attempt;
        nodes::ChunkType type;
        std::string member;  // of the chunk's content; "" when the text is all there is
        auto operator<=>(const StreamKey&) const = default;
    };
    // The live texts of running attempts, each through all redactors in turn.
    std::map<StreamKey, std::vector<RedactedStream>> streams_;

    ShardMetrics& counts_;
    GaugeShare runs_gauge_;
    GaugeShare outside_gauge_;
    GaugeShare timers_gauge_;

    std::vector<Message> messages_;        // reused between turns
    std::vector<sandbox::Reply> replies_;  // reused between turns
};

}  // namespace swiftgrid::runtime
