#pragma once

// The backend without a disk: for tests and the simulator. It has no tables, so changes of the
// catalogue are answered with `not_available`.

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "store/backend.h"
#include "store/row_scans.h"

namespace swiftgrid::store {

class MemoryBackend : public Backend {
public:
    Result<std::vector<EventRecord>> read_run(RunId run, std::uint64_t after_seq,
                                              std::size_t limit) override;
    Result<std::optional<EventRecord>> read_last_record(RunId run) override;
    Result<std::vector<RunId>> scan_open_runs() override;
    Result<std::vector<RunId>> scan_owing_runs() override;
    Result<std::vector<RunId>> scan_orphans() override;
    Result<std::vector<RunId>> scan_open_children(RunId parent) override;
    Result<std::vector<Wakeup>> read_wakeups(const std::optional<Wakeup>& after,
                                             std::size_t limit) override;
    Result<std::optional<ResumeToken>> find_resume_token(const TokenHash& hash) override;
    Result<std::string> read_graph(GraphId graph) override;
    void close() override {}

    // As the catalogue does it: the run has ended and its parent is not open.
    void delete_run(RunId run);

protected:
    Result<void> commit_all(const Batch& batch, std::span<Change> changes) override;

private:
    std::mutex mutex_;
    std::map<std::pair<RunId, std::uint64_t>, EventRecord> records_;  // by run and first_seq
    RowsByRun runs_;
    std::map<GraphId, std::string> graphs_;
    std::map<std::pair<std::string, std::string>, IdempotencyKey> keys_;  // by scope and key
    std::map<TokenHash, ResumeToken> tokens_;
};

}  // namespace swiftgrid::store
