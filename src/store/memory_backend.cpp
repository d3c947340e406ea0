#include "store/memory_backend.h"

#include <iterator>
#include <limits>

#include "base/limits.h"

namespace swiftgrid::store {

Result<void> MemoryBackend::commit_all(const Batch& batch, std::span<Change> changes) {
    const std::lock_guard lock(mutex_);
    for (const EventRecord& record : batch.events) {
        if (records_.contains({record.run, record.first_seq}))
            return fail(ErrorCode::storage_error, "run " + to_string(record.run) +
                                                      " already has an event " +
                                                      std::to_string(record.first_seq));
    }
    for (const EventRecord& record : batch.events)
        records_.emplace(std::pair(record.run, record.first_seq), record);
    for (const RunRow& row : batch.runs) runs_[row.id] = row;
    for (const GraphDocument& graph : batch.graphs) graphs_.emplace(graph.id, graph.text);
    for (const IdempotencyKey& key : batch.keys) keys_[{key.scope, key.key}] = key;
    for (const ResumeToken& token : batch.tokens) tokens_.emplace(token.hash, token);
    for (Change& change : changes)
        change.outcome = fail(ErrorCode::not_available, "the memory backend has no catalogue");
    return {};
}

void MemoryBackend::delete_run(RunId run) {
    const std::lock_guard lock(mutex_);
    records_.erase(records_.lower_bound({run, 0}),
                   records_.upper_bound({run, std::numeric_limits<std::uint64_t>::max()}));
    runs_.erase(run);
    std::erase_if(tokens_, [&](const auto& token) { return token.second.run == run; });
}

Result<std::vector<EventRecord>> MemoryBackend::read_run(RunId run, std::uint64_t after_seq,
                                                         std::size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<EventRecord> found;
    std::size_t bytes = 0;
    for (auto place = records_.lower_bound({run, 0}); place != records_.end(); ++place) {
        const EventRecord& record = place->second;
        if (record.run != run || found.size() == limit || bytes >= limits::commit_bytes) break;
        if (record.first_seq + record.count - 1 <= after_seq) continue;
        bytes += record.events.size();
        found.push_back(record);
    }
    return found;
}

Result<std::optional<EventRecord>> MemoryBackend::read_last_record(RunId run) {
    const std::lock_guard lock(mutex_);
    const auto behind = records_.upper_bound({run, std::numeric_limits<std::uint64_t>::max()});
    if (behind == records_.begin() || std::prev(behind)->first.first != run) return std::nullopt;
    return std::prev(behind)->second;
}

Result<std::vector<RunId>> MemoryBackend::scan_open_runs() {
    const std::lock_guard lock(mutex_);
    return open_runs(runs_);
}

Result<std::vector<RunId>> MemoryBackend::scan_owing_runs() {
    const std::lock_guard lock(mutex_);
    return owing_runs(runs_);
}

Result<std::vector<RunId>> MemoryBackend::scan_orphans() {
    const std::lock_guard lock(mutex_);
    return orphans(runs_);
}

Result<std::vector<RunId>> MemoryBackend::scan_open_children(RunId parent) {
    const std::lock_guard lock(mutex_);
    return open_children(runs_, parent);
}

Result<std::vector<Wakeup>> MemoryBackend::read_wakeups(const std::optional<Wakeup>& after,
                                                        std::size_t limit) {
    const std::lock_guard lock(mutex_);
    return wakeups(runs_, after, limit);
}

Result<std::optional<ResumeToken>> MemoryBackend::find_resume_token(const TokenHash& hash) {
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(hash);
    if (found == tokens_.end()) return std::nullopt;
    return found->second;
}

Result<std::string> MemoryBackend::read_graph(GraphId graph) {
    const std::lock_guard lock(mutex_);
    const auto found = graphs_.find(graph);
    if (found == graphs_.end())
        return fail(ErrorCode::not_found, "graph " + to_string(graph) + " is not stored");
    return found->second;
}

}  // namespace swiftgrid::store
