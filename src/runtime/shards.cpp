#include "runtime/shards.h"

#include <algorithm>

#include "base/limits.h"

namespace swiftgrid::runtime {

Result<std::vector<Recovery>> find_recoveries(store::Backend& backend, std::size_t shard_count,
                                              const std::function<std::size_t(RunId)>& owner_of) {
    auto owing = backend.scan_owing_runs();
    if (!owing) return std::unexpected(owing.error());
    auto orphans = backend.scan_orphans();
    if (!orphans) return std::unexpected(orphans.error());
    std::vector<Recovery> by_shard(shard_count);
    for (RunId run : *owing) by_shard[owner_of(run)].owing.push_back(run);
    for (RunId run : *orphans) by_shard[owner_of(run)].orphans.push_back(run);
    return by_shard;
}

Shards::Shards(std::vector<ShardParts> parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i].owns = [i, count = parts.size()](RunId run) { return shard_of(run, count) == i; };
        parts[i].send = [this](RunId run, Message message) {
            owner_of(run).inbox().push(std::move(message));
        };
        threads_.push_back(std::make_unique<ShardThread>(std::move(parts[i])));
    }
}

Result<void> Shards::start(store::Backend& backend) {
    const auto owner = [this](RunId run) { return shard_of(run, threads_.size()); };
    auto recoveries = find_recoveries(backend, threads_.size(), owner);
    if (!recoveries) return std::unexpected(recoveries.error());
    for (std::size_t i = 0; i < threads_.size(); ++i)
        threads_[i]->start(std::move((*recoveries)[i]));
    return {};
}

ShardThread& Shards::owner_of(RunId run) { return *threads_[shard_of(run, threads_.size())]; }

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

std::int64_t Shards::oldest_command_ms() const {
    std::int64_t oldest = 0;
    for (const auto& thread : threads_) oldest = std::max(oldest, thread->inbox().oldest_age_ms());
    return oldest;
}

}  // namespace swiftgrid::runtime
