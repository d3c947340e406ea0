#pragma once

// Deleting, cancelling and running again many runs at once, as jobs on disk: each goes on where it
// was after a crash, its progress can be asked for, and it can be stopped. Nothing is held in
// memory but a page of runs.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "control/answer.h"
#include "control/bulk_selection.h"
#include "control/reruns.h"
#include "runtime/clock.h"
#include "runtime/event_hub.h"
#include "runtime/shards.h"
#include "store/bulk_jobs.h"
#include "store/catalog.h"

namespace swiftgrid::control {

using store::BulkJobId;

struct BulkRequest {
    BulkAction action = BulkAction::remove;
    BulkSelection selection;
    std::string selection_json;  // { filter } or { ids: how many }, for people
    std::optional<KeyOfRequest> key = {};
    std::string actor = {};  // who asks
};

class BulkRuns {
public:
    struct Parts {
        store::BulkJobs& jobs;
        store::Catalog& catalog;
        Reruns& reruns;
        runtime::Shards& shards;
        runtime::EventHub& hub;
        const runtime::Clock& clock;
        IdSource& ids;
        // Called when there is a new job.
        std::function<void()> wake;
    };
    explicit BulkRuns(Parts parts) : parts_(std::move(parts)) {}

    // How many runs the action is for; on worker threads, like the next ones.
    Answer<std::int64_t> count(const BulkRequest& request);
    // The job, which may be an earlier one with the same key. Blocking.
    Answer<store::BulkJob> create(const BulkRequest& request);
    Answer<std::string> get(BulkJobId job);
    Answer<std::string> list(const std::string& cursor, std::size_t limit);
    Answer<std::string> stop(BulkJobId job);

    // Calls `over` once with the job, when it has ended; maybe at once, maybe never.
    void when_over(BulkJobId job, std::function<void(const store::BulkJob&)> over);
    // Nobody waits any more.
    void forget(BulkJobId job);

    // One portion of the oldest job, on one thread only. Says how long to leave the others alone;
    // nothing when there is no job.
    Result<std::optional<Duration>> work();

private:
    struct Portion {
        std::vector<RunId> runs;           // newest first
        std::optional<RunId> skips_until;  // without runs: nothing is between here and there
    };
    Result<Portion> next_portion(const store::BulkJob& job);
    Result<Duration> work_on(const store::BulkJob& job, const std::vector<RunId>& runs);
    Result<Duration> remove(const store::BulkJob& job, const std::vector<RunId>& runs);
    Result<Duration> cancel(const store::BulkJob& job, const std::vector<RunId>& runs);
    Result<Duration> replay(const store::BulkJob& job, const std::vector<RunId>& runs);
    Result<Duration> record(const store::BulkJob& job, const std::vector<RunId>& runs,
                            const std::vector<Result<void>>& answers);
    Result<void> end(BulkJobId job, const std::string& status);

    Parts parts_;
    std::mutex mutex_;
    std::map<BulkJobId, std::vector<std::function<void(const store::BulkJob&)>>> waiting_;
};

// { id, action, status, matched, done, kept, failed, error, selection, actor, createdAt, endedAt }
// and how many were `deleted`, `cancelled` or `replayed`.
std::string bulk_job_json(const store::BulkJob& job);
// { matched, deleted: 0 }
std::string dry_run_json(BulkAction action, std::int64_t matched);

}  // namespace swiftgrid::control
