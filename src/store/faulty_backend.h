#pragma once

// Wraps any backend for tests and the simulator and makes it fail as disks and machines do: a
// commit that errors, a machine that stops at a call, a disk that promises and does not keep. What
// was promised and lost is seen by reads until forget_unsynced(), as a page cache would have it;
// the scans then know only the runs that were committed through this.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "store/backend.h"
#include "store/row_scans.h"

namespace swiftgrid::store {

// Commits and calls are counted from 1.
struct Faults {
    std::optional<std::size_t> fail_commit;  // this commit answers `failure`; nothing of it is kept
    Error failure{ErrorCode::storage_error, "an injected failure"};
    std::optional<std::size_t> crash_at_call;     // this call and all later ones do nothing
    std::optional<std::size_t> lose_from_commit;  // from here on nothing reaches the disk
};

class FaultyBackend : public Backend {
public:
    // `inner` outlives this and holds what is really on disk.
    explicit FaultyBackend(Backend& inner, Faults faults = {})
        : inner_(inner), faults_(std::move(faults)) {}

    void set_faults(Faults faults) { faults_ = std::move(faults); }
    bool has_crashed() const { return crashed_; }
    std::size_t commits() const { return commits_; }

    // The power fails: what lose_from_commit held back is gone, and the machine runs again.
    void forget_unsynced();

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
    void close() override { inner_.close(); }

protected:
    Result<void> commit_all(const Batch& batch, std::span<Change> changes) override;

private:
    Result<void> count_call();
    RowsByRun seen_rows() const;

    Backend& inner_;
    Faults faults_;
    std::size_t calls_ = 0;
    std::size_t commits_ = 0;
    bool crashed_ = false;
    RowsByRun open_runs_;  // those on disk that were committed through this
    std::vector<Batch> unsynced_;
};

}  // namespace swiftgrid::store
