#include "control/history_keeper.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

constexpr Duration pause{limits::deletion_pause_ms};
constexpr Duration longest_wait{limits::expiry_ms_max};
constexpr Duration shortest_wait{limits::expiry_ms_min};

}  // namespace

// Each kind of work has its portion, whatever becomes of the others: a full disk is freed while
// jobs wait for room.
Instant HistoryKeeper::turn() {
    const Instant now = parts_.clock.now();
    if (!next_expiry_) next_expiry_ = now + shortest_wait;
    auto jobs = parts_.bulk.work(now);
    const auto remains = remove_remains(now);
    const auto expiry = expire(now);
    std::optional<Error> trouble = std::move(jobs.trouble);
    if (!remains) trouble = remains.error();
    if (!expiry) trouble = expiry.error();
    if (trouble && !std::exchange(has_failed_, true))
        parts_.warn("cannot keep the history small: " + trouble->message);
    if (!trouble) has_failed_ = false;
    return std::min({jobs.next.value_or(*next_expiry_), remains.value_or(now + shortest_wait),
                     expiry.value_or(now + shortest_wait)});
}

Result<Instant> HistoryKeeper::remove_remains(Instant now) {
    auto portion = parts_.history.remove_remains(remains_after_, now);
    if (!portion) return std::unexpected(portion.error());
    // Looking costs next to nothing: what waited for runs to end may go by then, and a deleted flow
    // may have left some.
    if (!portion->run) {
        remains_after_ = {};
        return now + shortest_wait;
    }
    if (portion->is_blocked) remains_after_ = *portion->run;
    for (const store::DeletedRun& gone : portion->deleted)
        parts_.hub.publish_run_deleted(gone.run, gone.flow);
    return now + pause;
}

Result<Instant> HistoryKeeper::expire(Instant now) {
    if (is_due_.exchange(false)) {
        next_expiry_ = now;
        expired_until_ = {};
    }
    if (now < *next_expiry_) return *next_expiry_;
    const Instant since = parts_.retention.kept_since(now);
    const auto runs = parts_.history.expired(since, expired_until_, limits::deletion_runs);
    if (!runs) return std::unexpected(runs.error());
    if (runs->empty()) {
        if (auto found = find_next_expiry(now, since); !found)
            return std::unexpected(found.error());
        return *next_expiry_;
    }
    store::Deletion deletion;
    deletion.action = "EXPIRED";
    deletion.actor.metadata =
        fmt::format(R"({{"reason":"retention","retentionDays":{}}})", parts_.retention.days());
    deletion.now = now;
    auto removed = parts_.history.remove({*runs, since}, deletion);
    if (!removed) return std::unexpected(removed.error());
    expired_until_ = (*runs)[removed->looked_at - 1];
    for (const store::DeletedRun& gone : removed->deleted)
        parts_.hub.publish_run_deleted(gone.run, gone.flow);
    return now + pause;
}

Result<void> HistoryKeeper::find_next_expiry(Instant now, Instant since) {
    expired_until_ = {};
    const auto end = parts_.history.next_end(since);
    if (!end) return std::unexpected(end.error());
    next_expiry_ = now + longest_wait;
    // It expires when the beginning of what is kept has passed its end.
    if (*end)
        next_expiry_ = std::clamp(now + (**end - since) + Duration{1}, now + shortest_wait,
                                  now + longest_wait);
    return {};
}

}  // namespace swiftgrid::control
