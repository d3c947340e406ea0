#include "runtime/shards.h"

#include "base/limits.h"

namespace swiftgrid::runtime {

Shards::Shards(std::vector<ShardParts> parts) {
    for (ShardParts& part : parts)
        threads_.push_back(std::make_unique<ShardThread>(std::move(part)));
}

Result<void> Shards::start(store::Backend& backend) {
    auto open_runs = backend.scan_open_runs();
    if (!open_runs) return std::unexpected(open_runs.error());
    std::vector<std::vector<RunId>> by_shard(threads_.size());
    for (RunId run : *open_runs) by_shard[std::hash<RunId>{}(run) % threads_.size()].push_back(run);
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        if (auto started = threads_[i]->start(by_shard[i]); !started) return started;
    }
    return {};
}

ShardThread& Shards::owner_of(RunId run) {
    return *threads_[std::hash<RunId>{}(run) % threads_.size()];
}

Result<void> Shards::submit(Submission submission) {
    const std::shared_lock entering(entering_);
    if (draining_)
        return fail(ErrorCode::overloaded, "the server is shutting down; try again later");
    Inbox& inbox = owner_of(submission.run).inbox();
    const bool is_start = std::holds_alternative<engine::StartRun>(submission.command);
    Message message = std::move(submission);
    if (!is_start) {
        inbox.push(std::move(message));
        return {};
    }
    if (!inbox.try_push(message))
        return fail(ErrorCode::overloaded,
                    "more runs are being started than can be taken; at most " +
                        std::to_string(limits::inbox_commands) + " may wait");
    return {};
}

Result<void> Shards::evaluate(sandbox::Call call, std::function<void(sandbox::Reply)> done) {
    Message message = ScriptRequest{std::move(call), std::move(done)};
    const std::shared_lock entering(entering_);
    if (draining_ || !threads_.front()->inbox().try_push(message))
        return fail(ErrorCode::overloaded, "the server is busy; try again later");
    return {};
}

void Shards::drain(std::int64_t patience_ms) {
    {
        const std::unique_lock entering(entering_);
        draining_ = true;
    }
    for (auto& thread : threads_) thread->drain(patience_ms);
}

bool Shards::is_draining() const {
    const std::shared_lock entering(entering_);
    return draining_;
}

std::size_t Shards::inbox_size() const {
    std::size_t size = 0;
    for (const auto& thread : threads_) size += thread->inbox().size();
    return size;
}

}  // namespace swiftgrid::runtime
