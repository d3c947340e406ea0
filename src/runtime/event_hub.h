#pragma once

// Committed events to whoever watches: browsers by server-sent events. Thread-safe. Costs almost
// nothing while nobody watches. Subscribers are called on a shard's thread, after the commit, and
// must only enqueue.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "store/batch.h"

namespace swiftgrid::runtime {

// One committed event in its public form (the JSON of the contract).
struct PublishedEvent {
    std::uint64_t sequence = 0;
    std::shared_ptr<const std::string> text;  // shared by all subscribers
    std::string_view ends_as = {};  // the run's final status when this event ends it, else ""
};
// Live output that is not kept, such as a log line of a script: the chunk of the contract.
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
    // The watcher is held until unwatched.
    void watch_run(RunId run, std::shared_ptr<RunWatcher> watcher);
    void unwatch_run(RunId run, const RunWatcher* watcher);

    void watch_runs(std::shared_ptr<RunsWatcher> watcher);
    void unwatch_runs(const RunsWatcher* watcher);

    bool is_watched(RunId run) const;
    bool runs_are_watched() const {
        return runs_watcher_count_.load(std::memory_order_relaxed) > 0;
    }

    void publish_event(RunId run, const PublishedEvent& event);
    void publish_chunk(RunId run, const PublishedChunk& chunk);
    void publish_run(const store::RunRow& row);
    void publish_run_deleted(RunId run, FlowId flow);

private:
    std::vector<std::shared_ptr<RunWatcher>> watchers_of(RunId run) const;
    std::vector<std::shared_ptr<RunsWatcher>> runs_watchers() const;

    mutable std::mutex mutex_;
    std::atomic<std::size_t> run_watcher_count_ = 0;
    std::atomic<std::size_t> runs_watcher_count_ = 0;
    std::unordered_map<RunId, std::vector<std::shared_ptr<RunWatcher>>> run_watchers_;
    std::vector<std::shared_ptr<RunsWatcher>> runs_watchers_;
};

}  // namespace swiftgrid::runtime
