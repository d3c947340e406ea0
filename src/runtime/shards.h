#pragma once

// The front door to all shards: routes what is submitted by the run's id. Thread-safe.

#include <functional>
#include <memory>
#include <shared_mutex>
#include <vector>

#include "base/result.h"
#include "runtime/shard_thread.h"
#include "runtime/submission.h"

namespace swiftgrid::runtime {

// What a start finds in `backend`, for each shard; `owner_of` tells which one a run belongs to.
Result<std::vector<Recovery>> find_recoveries(store::Backend& backend, std::size_t shard_count,
                                              const std::function<std::size_t(RunId)>& owner_of);

class Shards {
public:
    // One shard per element of `parts`.
    explicit Shards(std::vector<ShardParts> parts);
    ~Shards() { drain(0); }

    Shards(const Shards&) = delete;
    Shards& operator=(const Shards&) = delete;

    // Finds in `backend` what is owed and starts the threads, which go on with it.
    Result<void> start(store::Backend& backend);

    // Starts are refused with `overloaded` when the shard's inbox is full, and everything is while
    // draining. `submission.reply` is called unless it is refused here.
    Result<void> submit(Submission submission);

    // Has a script carried out that belongs to no run.
    Result<void> evaluate(sandbox::Call call, std::function<void(sandbox::Reply)> done);

    // Called on the committer's thread.
    void batch_durable(std::size_t shard_index) {
        threads_[shard_index]->inbox().push(BatchDurable{});
    }

    // Takes no more commands, lets what is under way go on for so long, ends the threads.
    void drain(std::int64_t patience_ms);

    // Nothing is taken any more.
    bool is_draining() const;

    std::size_t inbox_size() const;
    // How long the oldest command has been waiting at most; 0 when none waits.
    std::int64_t oldest_command_ms() const;

private:
    ShardThread& owner_of(RunId run);

    std::vector<std::unique_ptr<ShardThread>> threads_;
    // Held while a command enters: none may come after the shards were told to drain, because
    // nobody would answer it.
    mutable std::shared_mutex entering_;
    bool draining_ = false;
};

}  // namespace swiftgrid::runtime
