#pragma once

// Where batches go: the blocking contract that SQLite, memory and the fault injector implement.
// commit() is called by one thread at a time; the reads may be called by any thread at any time and
// see exactly what was committed. A commit is all or nothing. After an error other than
// `storage_full` it is unknown whether the batch is on disk, so the process has to end (fail-stop);
// after `storage_full` nothing of it is, and the same commit may be tried again.

#include <cstddef>
#include <cstdint>
#include <functional>
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

    // The records of a run that hold events after `after_seq`, in order, at most `limit`. The first
    // may begin before `after_seq`. Empty when the run is unknown. A record whose checksum does not
    // match is `storage_error`.
    virtual Result<std::vector<EventRecord>> read_run(RunId run, std::uint64_t after_seq,
                                                      std::size_t limit) = 0;

    // Every run that has not ended, in order of id.
    virtual Result<std::vector<RunId>> scan_open_runs() = 0;

    // The text of a graph; `not_found` when it was never stored.
    virtual Result<std::string> read_graph(GraphId graph) = 0;

    // Nothing may be called afterwards.
    virtual void close() = 0;

protected:
    virtual Result<void> commit_all(const Batch& batch, std::span<Change> changes) = 0;
};

}  // namespace swiftgrid::store
