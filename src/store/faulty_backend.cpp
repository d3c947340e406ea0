#include "store/faulty_backend.h"

#include <ranges>

#include "base/limits.h"

namespace swiftgrid::store {
namespace {

void keep_open(RowsByRun& rows, const Batch& batch) {
    for (const RunRow& row : batch.runs) {
        if (is_open(row))
            rows[row.id] = row;
        else
            rows.erase(row.id);
    }
}

}  // namespace

Result<void> FaultyBackend::count_call() {
    ++calls_;
    if (faults_.crash_at_call && calls_ >= *faults_.crash_at_call) crashed_ = true;
    if (crashed_) return fail(ErrorCode::storage_error, "the machine has stopped");
    return {};
}

void FaultyBackend::forget_unsynced() {
    unsynced_.clear();
    crashed_ = false;
    faults_ = {};
}

Result<void> FaultyBackend::commit_all(const Batch& batch, std::span<Change> changes) {
    if (auto alive = count_call(); !alive) return alive;
    ++commits_;
    if (faults_.fail_commit == commits_) return std::unexpected(faults_.failure);
    if (faults_.lose_from_commit && commits_ >= *faults_.lose_from_commit) {
        unsynced_.push_back(batch);
        return {};
    }
    auto committed = inner_.commit(batch, changes);
    if (committed) keep_open(open_runs_, batch);
    return committed;
}

// What a machine sees that has promised more than it kept.
RowsByRun FaultyBackend::seen_rows() const {
    RowsByRun rows = open_runs_;
    for (const Batch& batch : unsynced_) keep_open(rows, batch);
    return rows;
}

Result<std::vector<EventRecord>> FaultyBackend::read_run(RunId run, std::uint64_t after_seq,
                                                         std::size_t limit) {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    auto records = inner_.read_run(run, after_seq, limit);
    if (!records) return records;
    std::size_t bytes = 0;
    for (const EventRecord& record : *records) bytes += record.events.size();
    for (const Batch& batch : unsynced_) {
        for (const EventRecord& record : batch.events) {
            if (records->size() == limit || bytes >= limits::commit_bytes) return records;
            if (record.run != run || record.first_seq + record.count - 1 <= after_seq) continue;
            bytes += record.events.size();
            records->push_back(record);
        }
    }
    return records;
}

Result<std::optional<EventRecord>> FaultyBackend::read_last_record(RunId run) {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    for (const Batch& batch : unsynced_ | std::views::reverse) {
        for (const EventRecord& record : batch.events | std::views::reverse) {
            if (record.run == run) return record;
        }
    }
    return inner_.read_last_record(run);
}

Result<std::vector<RunId>> FaultyBackend::scan_open_runs() {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    if (unsynced_.empty()) return inner_.scan_open_runs();
    return open_runs(seen_rows());
}

Result<std::vector<RunId>> FaultyBackend::scan_owing_runs() {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    if (unsynced_.empty()) return inner_.scan_owing_runs();
    return owing_runs(seen_rows());
}

Result<std::vector<RunId>> FaultyBackend::scan_orphans() {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    if (unsynced_.empty()) return inner_.scan_orphans();
    return orphans(seen_rows());
}

Result<std::vector<RunId>> FaultyBackend::scan_open_children(RunId parent) {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    if (unsynced_.empty()) return inner_.scan_open_children(parent);
    return open_children(seen_rows(), parent);
}

Result<std::vector<Wakeup>> FaultyBackend::read_wakeups(const std::optional<Wakeup>& after,
                                                        std::size_t limit) {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    if (unsynced_.empty()) return inner_.read_wakeups(after, limit);
    return wakeups(seen_rows(), after, limit);
}

Result<std::optional<ResumeToken>> FaultyBackend::find_resume_token(const TokenHash& hash) {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    for (const Batch& batch : unsynced_) {
        for (const ResumeToken& token : batch.tokens) {
            if (token.hash == hash) return token;
        }
    }
    return inner_.find_resume_token(hash);
}

Result<std::string> FaultyBackend::read_graph(GraphId graph) {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    for (const Batch& batch : unsynced_) {
        for (const GraphDocument& document : batch.graphs) {
            if (document.id == graph) return document.text;
        }
    }
    return inner_.read_graph(graph);
}

}  // namespace swiftgrid::store
