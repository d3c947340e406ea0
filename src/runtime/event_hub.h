#pragma once

// Committed events to whoever watches: browsers by server-sent events. Thread-safe. Costs almost
// nothing while nobody watches. Subscribers are called on a shard's thread, after the commit, and
// must only enqueue.
//
// Live output of a running node (chunks) is kept until the node ends, so that a watcher who comes
// later has it from the beginning. Tokens are kept as text: those that follow each other are given
// to a late watcher as one chunk. Each says where in the text it begins (`offset`), so that a
// watcher who had some of them before knows where to go on.

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "nodes/perform.h"
#include "store/batch.h"

namespace swiftgrid::runtime {

// One committed event in its public form (the JSON of the contract).
struct PublishedEvent {
    std::uint64_t sequence = 0;
    std::shared_ptr<const std::string> text;  // shared by all subscribers
    std::string_view ends_as = {};  // the run's final status when this event ends it, else ""
};
// Live output of a running node, such as a log line of a script: the chunk of the contract.
struct PublishedChunk {
    std::shared_ptr<const std::string> text;
};

class RunWatcher {
public:
    virtual ~RunWatcher() = default;
    virtual void on_event(const PublishedEvent& event) = 0;
    virtual void on_chunk(const PublishedChunk& chunk) = 0;
};

class RunsWatcher {
public:
    virtual ~RunsWatcher() = default;
    virtual void on_run(const store::RunRow& row) = 0;
    virtual void on_run_deleted(RunId run, FlowId flow) = 0;
};

class EventHub {
public:
    // The watcher is held until unwatched. It is given every chunk that is published from now on;
    // the answer is those before it, of the nodes that run.
    std::vector<PublishedChunk> watch_run(RunId run, std::shared_ptr<RunWatcher> watcher);
    void unwatch_run(RunId run, const RunWatcher* watcher);

    void watch_runs(std::shared_ptr<RunsWatcher> watcher);
    void unwatch_runs(const RunsWatcher* watcher);

    bool is_watched(RunId run) const;
    bool runs_are_watched() const {
        return runs_watcher_count_.load(std::memory_order_relaxed) > 0;
    }

    void publish_event(RunId run, const PublishedEvent& event);
    void publish_chunk(RunId run, const std::string& node_id, const nodes::Chunk& chunk,
                       Instant at);
    // The node has ended, or starts anew.
    void forget_chunks(RunId run, const std::string& node_id);
    void forget_chunks(RunId run);
    bool has_chunks() const { return runs_with_chunks_.load(std::memory_order_relaxed) > 0; }
    void publish_run(const store::RunRow& row);
    void publish_run_deleted(RunId run, FlowId flow);

private:
    struct KeptChunk {
        std::shared_ptr<const std::string> text;  // null for tokens, which are put together later
        std::string tokens;
        std::size_t index = 0;   // of the first token
        std::size_t offset = 0;  // likewise
        Instant at;              // of the last token

        std::size_t bytes() const { return text ? text->size() : tokens.size(); }
    };
    struct NodeChunks {
        std::size_t next_index = 0;
        std::size_t next_offset = 0;  // as JavaScript counts: in UTF-16 units
        std::size_t bytes = 0;
        std::deque<KeptChunk> kept;  // the latest ones, within chunk_bytes_per_node
    };

    void keep_locked(NodeChunks& node, KeptChunk chunk);
    void forget_locked(NodeChunks& node);
    std::vector<std::shared_ptr<RunWatcher>> watchers_of(RunId run) const;
    std::vector<std::shared_ptr<RunsWatcher>> runs_watchers() const;

    mutable std::mutex mutex_;
    std::atomic<std::size_t> run_watcher_count_ = 0;
    std::atomic<std::size_t> runs_watcher_count_ = 0;
    std::unordered_map<RunId, std::vector<std::shared_ptr<RunWatcher>>> run_watchers_;
    std::vector<std::shared_ptr<RunsWatcher>> runs_watchers_;
    std::unordered_map<RunId, std::map<std::string, NodeChunks, std::less<>>> chunks_;
    std::atomic<std::size_t> runs_with_chunks_ = 0;
    std::size_t kept_bytes_ = 0;  // of all runs
};

}  // namespace swiftgrid::runtime
