#pragma once

// Jobs over many runs, on disk, so that a crash interrupts them nowhere: what a job has done and
// how far it is are written together. A job goes from its newest run to the oldest; runs that come
// later are none of its business. Thread-safe and blocking, like the catalogue; what a selection
// means is known by `control`.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/result.h"
#include "store/catalog_types.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/run_deletion.h"

namespace swiftgrid::store {

using BulkJobId = Id<struct BulkJobTag>;

struct BulkJob {
    BulkJobId id;
    std::string action;                           // delete cancel replay
    std::string status = "running";               // running completed stopped failed
    std::string selection;                        // JSON: what was asked for
    std::optional<std::vector<RunId>> runs = {};  // newest first; nothing: a filter
    std::string actor;
    std::optional<std::string> key = {};  // of the request
    std::string fingerprint = {};         // likewise: the same key with another one is a mistake
    RunId before;                         // the runs before this one are left
    std::int64_t matched = 0;
    std::int64_t done = 0;
    std::int64_t kept = 0;
    std::int64_t failed = 0;
    std::optional<std::string> error = {};  // the last one
    Instant created_at;
    std::optional<Instant> ended_at = {};

    bool operator==(const BulkJob&) const = default;
};

// What a portion of a job comes to.
struct BulkStep {
    RunId before;  // where it goes on
    std::int64_t done = 0;
    std::int64_t kept = 0;
    std::int64_t failed = 0;
    std::optional<std::string> error = {};
    std::vector<AuditEntry> audit = {};
};

class BulkJobs {
public:
    // Both outlive this; the journal writes to the same database.
    BulkJobs(Database& database, Journal& journal,
             std::int64_t portion_ms = limits::deletion_portion_ms)
        : database_(database), journal_(journal), portion_ms_(portion_ms) {}

    // The job, or the one that was made with the same key before; keys hold for
    // limits::idempotency_hours. `invalid_document` when that was for another request, `overloaded`
    // when too many jobs wait. Forgets the oldest ended ones.
    Result<BulkJob> create(const BulkJob& job);
    // What create() would find or refuse, without making one; nothing when it would make one.
    Result<std::optional<BulkJob>> earlier(const BulkJob& job);
    // Without `runs`, like the page.
    Result<BulkJob> get(BulkJobId job);
    Result<Page<BulkJob>> list(const std::string& cursor, std::size_t limit);  // newest first
    // The oldest one behind `after` that is not over.
    Result<std::optional<BulkJob>> next(BulkJobId after = {});

    // Deletes one portion of these runs, newest first, in one transaction with what the job has
    // done by then. `conflict` when it is over.
    Result<DeletedRuns> remove(BulkJobId job, std::span<const RunId> runs,
                               const Deletion& deletion);
    // Writes down what else was done.
    Result<void> record(BulkJobId job, const BulkStep& step);
    // "completed", "stopped" or "failed" with the reason, unless it is over already.
    Result<void> end(BulkJobId job, const std::string& status, Instant now,
                     const std::optional<std::string>& error = {});

    // The newest run there is; nothing when there is none.
    Result<std::optional<RunId>> newest_run();
    // How many runs a query lists.
    Result<std::int64_t> count(const RunQuery& query);

private:
    Database& database_;
    Journal& journal_;
    std::int64_t portion_ms_;
};

}  // namespace swiftgrid::store
