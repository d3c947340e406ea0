#pragma once

// Where batches go: the blocking contract that SQLite, memory and the fault injector implement.
// commit() is called by one thread at a time; the reads may be called by any thread at any time and
// see exactly what was committed. A commit is all or nothing. After an error other than
// `storage_full` it is unknown whether the batch is on disk, so the process has to end (fail-stop);
// after `storage_full` nothing of it is, and the same commit may be tried again.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/batch.h"

namespace swiftgrid::store {

namespace sqlite {
class Connection;
}

// A change of the catalogue's rows that rides in the journal's transaction. `apply` may be called
// again after a full disk. A change that answers an error leaves no trace and does not disturb the
// others; the error goes into `outcome`.
struct Change {
    std::function<Result<void>(sqlite::Connection&)> apply;
    Result<void> outcome;
};

// A run and the instant of its next timer. They are read in the order of instant, then run.
struct Wakeup {
    Instant wake_at;
    RunId run;

    auto operator<=>(const Wakeup&) const = default;
};

class Backend {
public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default;

    // One transaction, on disk when this returns. The batch first, then the changes in order.
    Result<void> commit(const Batch& batch, std::span<Change> changes = {}) {
        return commit_all(batch, changes);
    }

    // The records of a run that hold events after `after_seq`, in order, at most `limit`, and no
    // more once limits::commit_bytes are read. The first may begin before `after_seq`. Empty when
    // the run is unknown. A record whose checksum does not match is `storage_error`.
    virtual Result<std::vector<EventRecord>> read_run(RunId run, std::uint64_t after_seq,
                                                      std::size_t limit) = 0;

    // The last record of a run: it holds the end of one that has ended. Nothing when the run is
    // unknown.
    virtual Result<std::optional<EventRecord>> read_last_record(RunId run) = 0;

    // Every run that has not ended, in order of id.
    virtual Result<std::vector<RunId>> scan_open_runs() = 0;

    // The open runs that owe work, in order of id. Takes as long as there are such runs, however
    // many wait.
    virtual Result<std::vector<RunId>> scan_owing_runs() = 0;

    // The open runs that no parent waits for, in order of id: it has ended, is gone, or owes
    // nothing (whoever waits for a child owes).
    virtual Result<std::vector<RunId>> scan_orphans() = 0;

    // The open runs that this run has started, in order of id.
    virtual Result<std::vector<RunId>> scan_open_children(RunId parent) = 0;

    // The next timers of open runs behind `after`, at most `limit`.
    virtual Result<std::vector<Wakeup>> read_wakeups(const std::optional<Wakeup>& after,
                                                     std::size_t limit) = 0;

    // What the token resumes; nothing when it is none of ours or its run was deleted.
    virtual Result<std::optional<ResumeToken>> find_resume_token(const TokenHash& hash) = 0;

    // The text of a graph; `not_found` when it was never stored.
    virtual Result<std::string> read_graph(GraphId graph) = 0;

    // Nothing may be called afterwards.
    virtual void close() = 0;

protected:
    virtual Result<void> commit_all(const Batch& batch, std::span<Change> changes) = 0;
};

}  // namespace swiftgrid::store
