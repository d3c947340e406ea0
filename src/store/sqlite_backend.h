#pragma once

// The backend over a Database: packed records in run_event_batches, rows in workflow_runs.

#include "store/backend.h"
#include "store/database.h"

namespace swiftgrid::store {

class SqliteBackend : public Backend {
public:
    // The database outlives the backend.
    explicit SqliteBackend(Database& database) : database_(database) {}

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

protected:
    Result<void> commit_all(const Batch& batch, std::span<Change> changes) override;

private:
    Result<void> write_all(const Batch& batch, std::span<Change> changes);

    Database& database_;
};

}  // namespace swiftgrid::store
