#include "runtime/timer_queue.h"

#include <iterator>

#include "base/assert.h"

namespace swiftgrid::runtime {

void TimerQueue::arm(RunId run, std::optional<Instant> at) {
    if (!at) {
        erase(run);
        return;
    }
    const store::Wakeup wakeup{*at, run};
    if (known_to_ && wakeup > *known_to_)
        erase(run);
    else
        insert(wakeup);
}

std::vector<RunId> TimerQueue::pop_due(Instant now, std::size_t count_max) {
    std::vector<RunId> due;
    while (!entries_.empty() && entries_.begin()->wake_at <= now && due.size() < count_max) {
        due.push_back(entries_.begin()->run);
        armed_.erase(due.back());
        entries_.erase(entries_.begin());
    }
    return due;
}

std::optional<Instant> TimerQueue::next() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.begin()->wake_at;
}

void TimerQueue::add_window(const std::vector<store::Wakeup>& wakeups,
                            const std::optional<store::Wakeup>& end) {
    SG_ASSERT(known_to_.has_value(), "a window is read while there are more on disk");
    SG_ASSERT(!end || *end > *known_to_, "windows are read in order");
    known_to_ = end;
    for (const store::Wakeup& wakeup : wakeups) insert(wakeup);
}

void TimerQueue::insert(const store::Wakeup& wakeup) {
    const auto [armed, is_new] = armed_.try_emplace(wakeup.run, wakeup.wake_at);
    if (!is_new) {
        if (armed->second == wakeup.wake_at) return;
        entries_.erase({armed->second, wakeup.run});
        armed->second = wakeup.wake_at;
    }
    entries_.insert(wakeup);
    if (entries_.size() <= entries_max_) return;
    // The latest leaves; the window ends before it.
    armed_.erase(entries_.rbegin()->run);
    entries_.erase(std::prev(entries_.end()));
    const store::Wakeup& last = *entries_.rbegin();
    if (!known_to_ || last < *known_to_) known_to_ = last;
}

void TimerQueue::erase(RunId run) {
    const auto armed = armed_.find(run);
    if (armed == armed_.end()) return;
    entries_.erase({armed->second, run});
    armed_.erase(armed);
}

}  // namespace swiftgrid::runtime
