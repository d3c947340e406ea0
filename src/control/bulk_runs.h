#pragma once

// Deleting, cancelling and running again many runs at once, as jobs on disk: each goes on where it
// was after a crash, its progress can be asked for, and it can be stopped. Nothing is held in
// memory but a page of runs of each. A job that cannot go on holds up no other.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
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
#include "runtime/submission.h"
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
        // As Shards::submit() and Reruns::replay().
        std::function<Result<void>(runtime::Submission)> submit;
        std::function<void(ReplayRequest, RunStarter::Done)> replay;
        runtime::EventHub& hub;
        const runtime::Clock& clock;
        IdSource& ids;
        // Called, on any thread, when work() has something to do: a job, or answers of runs. Also
        // after this is gone.
        std::function<void()> wake;
    };
    explicit BulkRuns(Parts parts);
    ~BulkRuns();

    BulkRuns(const BulkRuns&) = delete;
    BulkRuns& operator=(const BulkRuns&) = delete;

    // How many runs the action is for; on worker threads, like the next ones.
    Answer<std::int64_t> count(const BulkRequest& request);
    // The job, which may be an earlier one with the same key. Blocking.
    Answer<store::BulkJob> create(const BulkRequest& request);
    Answer<store::BulkJob> get(BulkJobId job);
    Answer<std::string> list(const std::string& cursor, std::size_t limit);
    Answer<store::BulkJob> stop(BulkJobId job);

    // Who waits for the end of a job.
    using Waiter = std::uint64_t;
    Waiter new_waiter() { return next_waiter_++; }
    // Calls `over` once with the job, when it has ended; maybe at once, maybe never.
    void when_over(BulkJobId job, Waiter waiter, std::function<void(const store::BulkJob&)> over);
    // This one waits no more. False when it was told, or forgotten, before.
    bool forget(BulkJobId job, Waiter waiter);

    // One portion of the oldest job that nothing holds up, and what the others come to whose
    // answers are there; on one thread only. Blocks for the store alone.
    struct Turn {
        std::optional<Instant> next = {};   // when to go on; nothing: there is no job
        std::optional<Error> trouble = {};  // of the store; the jobs concerned wait
    };
    Turn work(Instant now);

private:
    using Over = std::function<void(const store::BulkJob&)>;
    class Answers;
    struct Portion {
        std::vector<RunId> runs;           // newest first
        std::optional<RunId> skips_until;  // without runs: nothing is between here and there
    };
    // A job that waits: for the answers of runs, or for better times.
    struct Held {
        Instant until;
        store::BulkJob job = {};
        std::vector<RunId> runs = {};  // not done yet; the portion is over when none is left
        RunId last = {};               // of the portion
        std::shared_ptr<Answers> answers = {};  // of `runs`; null: they are to be asked
    };
    void settle_held(Instant now);
    void go_on(Held& held, Instant now);
    void settle(Held& held, Instant now);
    void wait_for_better_times(Held& held, const Error& error, Instant now);
    // When to go on; nothing when the job, or every job, waits.
    std::optional<Instant> work_on_next(Instant now);
    std::optional<Instant> work_on(const store::BulkJob& job, Instant now);
    std::optional<Instant> hold(const store::BulkJob& job, const Error& error, Instant now);
    Result<Portion> next_portion(const store::BulkJob& job, const store::RunQuery& filter);
    std::optional<Instant> remove(const store::BulkJob& job, const std::vector<RunId>& runs,
                                  Instant now);
    void ask(Held& held);
    void ask_to_cancel(const Held& held, std::size_t index);
    void ask_to_replay(const Held& held, std::size_t index);
    store::BulkStep step_of(const Held& held, std::vector<RunId>& left);
    Result<void> end(BulkJobId job, const std::string& status,
                     const std::optional<std::string>& error = {});

    Parts parts_;
    std::map<BulkJobId, Held> held_;  // of the thread that works, like the next one
    std::optional<Error> trouble_;
    std::atomic<Waiter> next_waiter_ = 1;
    std::mutex mutex_;
    std::map<BulkJobId, std::map<Waiter, Over>> waiting_;
};

// { id, action, status, matched, done, kept, failed, error, selection, actor, createdAt, endedAt }
// and how many were `deleted`, `cancelled` or `replayed`.
std::string bulk_job_json(const store::BulkJob& job);
// { matched, deleted: 0 }
std::string dry_run_json(BulkAction action, std::int64_t matched);

}  // namespace swiftgrid::control
