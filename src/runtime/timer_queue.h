#pragma once

// Which runs have to be woken next. Holds a bounded window of the nearest wake-ups; those behind it
// are on disk, in the column `wake_at`, and come with a later window. So a million waiting runs
// cost the memory of the window, and nothing is done while nothing is due.
//
// A run's wake-up may be armed only when it is on disk: one that is too late for the window is
// forgotten here and found by the read of the window it belongs to.

#include <cstddef>
#include <limits>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "base/limits.h"
#include "store/backend.h"

namespace swiftgrid::runtime {

class TimerQueue {
public:
    explicit TimerQueue(std::size_t entries_max = limits::timers_in_memory)
        : entries_max_(entries_max) {}

    // The run's next wake-up is now this one; nothing: it has none.
    void arm(RunId run, std::optional<Instant> at);

    // The runs that are due, earliest first, at most `count_max`. They are no longer armed. Those
    // behind the window are not among them: while wants_window(), read it first.
    std::vector<RunId> pop_due(Instant now, std::size_t count_max);

    // When pop_due() next has something. Nothing while no run in the window waits.
    std::optional<Instant> next() const;

    // Few are left, and there are more on disk.
    bool wants_window() const { return known_to_ && entries_.size() <= entries_max_ / 8; }

    // Where the next window begins: behind this one. Requires wants_window().
    store::Wakeup window_begin() const { return *known_to_; }

    // What was read behind window_begin(). `wakeups` are this shard's own; `end` is the last of all
    // that were read; none when nothing is behind them.
    void add_window(const std::vector<store::Wakeup>& wakeups,
                    const std::optional<store::Wakeup>& end);

    std::size_t size() const { return entries_.size(); }

private:
    void insert(const store::Wakeup& wakeup);
    void erase(RunId run);

    std::size_t entries_max_;
    std::set<store::Wakeup> entries_;
    std::unordered_map<RunId, Instant> armed_;
    // Up to here every wake-up on disk is among the entries; absent: all are. It starts before all.
    std::optional<store::Wakeup> known_to_ =
        store::Wakeup{Instant{std::numeric_limits<std::int64_t>::min()}, RunId{}};
};

}  // namespace swiftgrid::runtime
