#include "store/faulty_backend.h"

#include <set>

#include "store/run_codes.h"

namespace swiftgrid::store {

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
    return inner_.commit(batch, changes);
}

Result<std::vector<EventRecord>> FaultyBackend::read_run(RunId run, std::uint64_t after_seq,
                                                         std::size_t limit) {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    auto records = inner_.read_run(run, after_seq, limit);
    if (!records) return records;
    for (const Batch& batch : unsynced_) {
        for (const EventRecord& record : batch.events) {
            const bool wanted =
                record.run == run && record.first_seq + record.count - 1 > after_seq;
            if (wanted && records->size() < limit) records->push_back(record);
        }
    }
    return records;
}

Result<std::vector<RunId>> FaultyBackend::scan_open_runs() {
    if (auto alive = count_call(); !alive) return std::unexpected(alive.error());
    auto runs = inner_.scan_open_runs();
    if (!runs) return runs;
    std::set<RunId> open(runs->begin(), runs->end());
    for (const Batch& batch : unsynced_) {
        for (const RunRow& row : batch.runs) {
            if (is_open(status_code(row.status)))
                open.insert(row.id);
            else
                open.erase(row.id);
        }
    }
    return std::vector<RunId>(open.begin(), open.end());
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
