#pragma once

// Keeps the history small: runs that nobody wants any more and what is left of deleted ones, in
// portions that hold up nobody. Thread-safe and blocking, like the catalogue.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/result.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/run_deletion.h"

namespace swiftgrid::store {

class History {
public:
    // Both outlive this; the journal writes to the same database. `portion_ms`: how long a portion
    // may take.
    History(Database& database, Journal& journal,
            std::int64_t portion_ms = limits::deletion_portion_ms)
        : database_(database), journal_(journal), portion_ms_(portion_ms) {}

    // Runs behind `after`, in order, that have ended before an instant, are not pinned, and whose
    // parent is gone or never was: what a run has started goes with it.
    Result<std::vector<RunId>> expired(Instant ended_before, RunId after, std::size_t limit);
    // No run that is not pinned and had not expired at `ended_before` has ended earlier than this;
    // nothing when there are no such runs.
    Result<std::optional<Instant>> next_end(Instant ended_before);

    // One portion. Runs that may not go (any more) are looked at, too.
    Result<DeletedRuns> remove(const RunsToDelete& wanted, const Deletion& deletion);
    Result<RemainsPortion> remove_remains(RunId after, Instant now);

private:
    Result<bool> has_remains(RunId after);

    Database& database_;
    Journal& journal_;
    std::int64_t portion_ms_;
};

}  // namespace swiftgrid::store
