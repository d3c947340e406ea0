#pragma once

// The disk of one world. Tells who listens what is on it as soon as it is, and can be sabotaged:
// the self-test breaks the product's rules here to see that the checkers notice.

#include <cstdint>
#include <functional>
#include <memory>

#include "store/faulty_backend.h"
#include "store/memory_backend.h"
#include "store/sqlite.h"
#include "tests/sim/sabotage.h"

namespace swiftgrid::sim {

class SimDisk : public store::Backend {
public:
    using OnCommit = std::function<void(const store::Batch&)>;

    SimDisk(Sabotage sabotage, OnCommit on_commit)
        : sabotage_(sabotage), on_commit_(std::move(on_commit)) {}

    // The next commit answers this error. With `is_kept` it is on disk all the same.
    void fail_next_commit(ErrorCode code, bool is_kept);
    // From the next commit on nothing reaches the disk, until the power fails.
    void lose_writes();
    bool loses_writes() const { return loses_writes_; }
    void power_fails();
    // After so many more reads, one answers an error.
    void fail_read_after(std::size_t reads) { good_reads_ = reads; }
    void heal();
    void delete_run(RunId run) { memory_.delete_run(run); }

    Result<std::vector<store::EventRecord>> read_run(RunId run, std::uint64_t after_seq,
                                                     std::size_t limit) override;
    Result<std::optional<store::EventRecord>> read_last_record(RunId run) override;
    Result<std::vector<RunId>> scan_open_runs() override { return faulty_.scan_open_runs(); }
    Result<std::vector<RunId>> scan_owing_runs() override;
    Result<std::vector<RunId>> scan_orphans() override;
    Result<std::vector<RunId>> scan_open_children(RunId parent) override;
    Result<std::vector<store::Wakeup>> read_wakeups(const std::optional<store::Wakeup>& after,
                                                    std::size_t limit) override;
    Result<std::optional<store::ResumeToken>> find_resume_token(
        const store::TokenHash& hash) override {
        return faulty_.find_resume_token(hash);
    }
    Result<std::string> read_graph(GraphId graph) override { return faulty_.read_graph(graph); }
    void close() override {}

protected:
    Result<void> commit_all(const store::Batch& batch, std::span<store::Change> changes) override;

private:
    void keep_nothing();
    Result<void> read_fault();
    store::Batch sabotaged(const store::Batch& batch) const;
    void apply(std::span<store::Change> changes);

    store::MemoryBackend memory_;
    store::FaultyBackend faulty_{memory_};
    Sabotage sabotage_;
    OnCommit on_commit_;
    std::optional<ErrorCode> next_failure_;
    bool is_kept_ = false;
    bool loses_writes_ = false;
    std::optional<std::size_t> good_reads_;  // before the one that fails
    // For changes, which here do not look at tables.
    std::unique_ptr<store::sqlite::Connection> tables_;
};

}  // namespace swiftgrid::sim
