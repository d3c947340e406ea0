#pragma once

// A shard in a small world for tests: a memory backend, commits that happen when the test says so,
// script workers and outside performers that answer when told. Everything else is the real thing.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/shard.h"
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

struct StartedAttempt {
    nodes::PerformRequest request;
    std::function<void(nodes::Outcome)> done;
};

// What the performers of one world were asked; shared with the performers, which the shard owns.
struct OutsideLog {
    std::vector<StartedAttempt> started;
    std::vector<nodes::AttemptKey> cancelled;
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

class World {
public:
    explicit World(std::size_t runs_in_memory = 1'000);

    RunId next_run_id();
    // A chain of nodes of the types "script" and "call".
    RunId start(const std::vector<std::string>& types, std::function<void(Result<void>)> reply = {},
                std::function<void(const RunEnd&)> on_end = {});
    void start_as(RunId run, const std::vector<std::string>& types,
                  std::function<void(Result<void>)> reply = {},
                  std::function<void(const RunEnd&)> on_end = {});
    void cancel(RunId run, std::function<void(Result<void>)> reply = {});

    void turn();
    // Puts the oldest batch with the journal on disk, tells the shard and lets it take a turn.
    void commit();
    void answer_scripts(const std::string& json);
    void fail_scripts(const std::string& code, const std::string& message);
    // The oldest call prints a line, as it arrives with the next turn.
    void print(const std::string& text);
    void finish_outside(const std::string& json);
    // Forgets everything that is not on disk and starts a new shard from it.
    void crash_and_recover();

    std::size_t appended_batches() const { return appended_; }
    bool has_row(RunId run) const { return rows_.contains(run); }
    const store::RunRow& row(RunId run) const { return rows_.at(run); }

    ManualClock clock;
    ManualScripts scripts;
    OutsideLog outside;
    EventHub hub;
    RuntimeMetrics metrics;

private:
    void make_shard();
    model::PlanPtr plan_of(const std::vector<std::string>& types, std::string& text);

    model::NodeTypes types_;
    std::unique_ptr<engine::NodeBehaviours> behaviours_;
    nodes::Performers performers_;
    store::MemoryBackend backend_;
    PlanCache plans_;
    std::map<RunId, store::RunRow> rows_;
    std::vector<store::Batch> waiting_;
    std::size_t runs_in_memory_;
    std::size_t appended_ = 0;
    std::uint8_t next_run_ = 1;
    std::unique_ptr<Inbox> inbox_;
    std::unique_ptr<Shard> shard_;
};

}  // namespace swiftgrid::runtime::test
