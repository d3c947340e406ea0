#pragma once

// What keeps the history small, in portions: jobs over many runs, what is left of deleted
// ones, runs whose time is over. On one thread; the portions are short and pauses follow, so that
// new runs do not notice.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/instant.h"
#include "control/bulk_runs.h"
#include "control/retention.h"
#include "runtime/clock.h"
#include "store/history.h"

namespace swiftgrid::control {

class HistoryKeeper {
public:
    struct Parts {
        store::History& history;
        const Retention& retention;
        BulkRuns& bulk;
        runtime::EventHub& hub;
        const runtime::Clock& clock;
        std::function<void(const std::string&)> warn;
    };
    explicit HistoryKeeper(Parts parts) : parts_(std::move(parts)) {}

    // Does one portion of each and says when to be called again. Whoever made a job or changed the
    // setting calls it earlier. Nothing expires in the first minute: a start has better things to
    // do, and who looks at an old backup has time to keep it.
    Instant turn();

    // From any thread: the next turn looks for expired runs.
    void retention_changed() { is_due_ = true; }

private:
    // One portion, and when to go on.
    Result<Instant> remove_remains(Instant now);
    Result<Instant> expire(Instant now);
    Result<void> find_next_expiry(Instant now, Instant since);

    Parts parts_;
    std::atomic<bool> is_due_ = false;
    std::optional<Instant> next_expiry_;  // nothing before the first turn
    RunId expired_until_;                 // of the present round
    RunId remains_after_;                 // these wait for runs to end
    bool has_failed_ = false;
};

}  // namespace swiftgrid::control
