#pragma once

// Shards in a small world for tests: a memory backend, commits that happen when the test says so,
// a clock, script workers and outside performers that move when told. Everything else is the real
// thing.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/run_tracer.h"
#include "runtime/shard.h"
#include "runtime/shard_world_nodes.h"
#include "store/faulty_backend.h"
#include "store/memory_backend.h"

namespace swiftgrid::runtime::test {

class ManualClock : public Clock {
public:
    Instant now() const override { return {now_ms}; }
    std::int64_t monotonic_ms() const override { return now_ms; }
    std::int64_t now_ms = 1'800'000'000'000;
};

class ManualScripts : public ScriptRunner {
public:
    void submit(sandbox::Call call) override { calls.push_back(std::move(call)); }
    void flush() override {}
    void cancel(std::uint64_t call_id) override { cancelled.push_back(call_id); }
    void poll(std::int64_t, std::vector<sandbox::Reply>& out) override {
        for (auto& reply : replies) out.push_back(std::move(reply));
        replies.clear();
        polled_logs.swap(printed);
        printed.clear();
    }
    const std::vector<sandbox::LiveLogs>& live_logs() const override { return polled_logs; }
    std::optional<std::int64_t> next_deadline_ms() const override { return std::nullopt; }
    int poll_fd() const override { return -1; }

    std::vector<sandbox::Call> calls;
    std::vector<sandbox::Reply> replies;
    std::vector<std::uint64_t> cancelled;
    std::vector<sandbox::LiveLogs> printed;  // handed out by the next poll
    std::vector<sandbox::LiveLogs> polled_logs;
};

// The eventType of an event in its public form.
inline std::string type_of(const std::string& event) {
    return std::string(parse_json(event).value().at("eventType").as_string());
}

class Watcher : public RunWatcher {
public:
    void on_event(const PublishedEvent& event) override {
        sequences.push_back(event.sequence);
        seen.push_back(type_of(*event.text));
        ended = ended || !event.ends_as.empty();
    }
    void on_chunk(const PublishedChunk& chunk) override { seen.push_back(*chunk.text); }
    std::vector<std::uint64_t> sequences;
    std::vector<std::string> seen;  // types of events and whole chunks, as they came
    bool ended = false;
};

struct WorldOptions {
    std::size_t runs_in_memory = 1'000;
    std::size_t timers_in_memory = 1'000;
    std::size_t shards = 1;
    // Children are on the shard that they belong to, and not always on another one.
    bool keeps_children_beside = false;
};

class World {
public:
    explicit World(WorldOptions options = {});

    RunId next_run_id();
    // A chain of nodes of these types. The first gets the input.
    RunId start(const std::vector<std::string>& types, std::function<void(Result<void>)> reply = {},
                std::function<void(const RunEnd&)> on_end = {});
    void start_as(RunId run, const std::vector<std::string>& types,
                  std::function<void(Result<void>)> reply = {},
                  std::function<void(const RunEnd&)> on_end = {});
    void cancel(RunId run, std::function<void(Result<void>)> reply = {});
    void resume(RunId run, model::NodeIndex node, const std::string& json);
    void submit(Submission submission);
    // The end of the child as its shard would report it.
    void report(ChildReport report);

    void turn();
    // Puts the oldest batch with the journal on disk, tells the shard and lets all take a turn.
    void commit();
    void commit_all();
    // Commits and answers outside attempts with `json` until nothing moves without time.
    void settle(const std::string& json = "1");
    // The clock moves; the shards take turns while one wants to be woken by now.
    void pass(std::int64_t milliseconds);
    void answer_scripts(const std::string& json);
    void fail_scripts(const std::string& code, const std::string& message);
    // The oldest call prints a line, as it arrives with the next turn.
    void print(const std::string& text);
    void finish_outside(const std::string& json);
    void fail_outside(std::optional<std::int64_t> retry_after_ms = std::nullopt);
    void drain();
    // Forgets everything that is not on disk and starts new shards from it.
    void crash_and_recover();

    std::size_t appended_batches() const { return appended_; }
    bool has_waiting_batch() const { return !waiting_.empty(); }
    bool has_row(RunId run) const { return rows_.contains(run); }
    const store::RunRow& row(RunId run) const { return rows_.at(run); }
    std::vector<store::RunRow> children_of(RunId run) const;
    const store::MapRow& map_row(RunId run) const { return map_rows_.at(run); }
    // What the disk says of the run, with its output.
    engine::RunState state(RunId run);
    std::optional<Instant> next_wakeup() const;
    store::MemoryBackend& backend() { return backend_; }
    // The shards cannot read, until the disk is mended.
    void break_disk() {
        store::Faults faults;
        faults.crash_at_call = 1;
        disk_.set_faults(std::move(faults));
    }
    void mend_disk() { disk_.forget_unsynced(); }

    ManualClock clock;
    ManualScripts scripts;
    OutsideLog outside;
    EventHub hub;
    RuntimeMetrics metrics;
    Vault vault;
    observe::SpanQueue spans;
    RunTracer tracer{{spans, observe::Sampler(), {}}};
    std::map<std::string, std::vector<std::string>> flows = {};  // chains by name
    std::optional<std::int64_t> flow_timeout_ms = {};            // of all of them
    JsonText input = JsonText::trusted("{}");                    // of runs that are started
    std::vector<std::string> warnings;

private:
    struct ShardOfWorld {
        std::unique_ptr<Inbox> inbox;
        std::unique_ptr<Shard> shard;
    };
    struct WaitingBatch {
        std::size_t shard = 0;
        store::Batch batch;
    };

    void make_shards();
    std::size_t owner_of(RunId run) const;
    bool owns(std::size_t shard, RunId run) const;
    void send(RunId run, Message message);
    Inbox& inbox_of(RunId run) { return *shards_[owner_of(run)].inbox; }
    model::PlanPtr plan_of(const std::vector<std::string>& types, std::string& text);
    friend class WorldFlows;

    model::NodeTypes types_;
    std::unique_ptr<engine::NodeBehaviours> behaviours_;
    nodes::Performers performers_;
    store::MemoryBackend backend_;
    store::FaultyBackend disk_{backend_};
    PlanCache plans_;
    std::unique_ptr<ChildFlows> child_flows_;
    std::map<RunId, std::size_t> owners_;  // of children, when they do not stay beside
    std::map<RunId, store::RunRow> rows_;
    std::map<RunId, store::MapRow> map_rows_;
    std::vector<WaitingBatch> waiting_;
    WorldOptions options_;
    std::size_t appended_ = 0;
    std::uint32_t next_run_ = 1;
    std::vector<ShardOfWorld> shards_;
};

}  // namespace swiftgrid::runtime::test
