// When a shard wakes its runs. The wake-ups of runs on disk come in windows (timer_queue.h).

#include <algorithm>

#include "base/limits.h"
#include "runtime/shard.h"

namespace swiftgrid::runtime {
std::optional<Instant> Shard::next_wakeup() const {
    std::optional<Instant> next = timers_.next();
    const auto keep_earlier = [&next](Instant at) { next = next ? std::min(*next, at) : at; };
    if (timers_.wants_window() && read_timers_at_) keep_earlier(*read_timers_at_);
    for (const Postponed& postponed : postponed_) keep_earlier(postponed.at);
    return next;
}

// True when more are due.
bool Shard::fire_timers() {
    const Instant now = parts_.clock.now();
    const auto may_read = [&] {
        return timers_.wants_window() && (!read_timers_at_ || has_waited(*read_timers_at_, now));
    };
    if (may_read()) read_timers(now);
    for (RunId run : timers_.pop_due(now, limits::turn_commands)) wake(run, now);
    timers_gauge_.set(timers_.size());
    const auto next = timers_.next();
    return (next && *next <= now) || may_read();
}

void Shard::wake(RunId run, Instant now) {
    auto loaded = load(run);
    if (!loaded) {
        if (loaded.error().code == ErrorCode::not_found) return;  // deleted meanwhile
        warn("cannot wake run " + to_string(run) + ": " + loaded.error().message, run);
        postpone([this, run] { wake(run, parts_.clock.now()); });
        return;
    }
    RunEntry& entry = **loaded;
    const auto next = entry.state.next_timer();
    if (next && *next <= now && !handle_command(entry, engine::FireTimers{})) {
        parts_.metrics.timers_fired.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    // It has fired already, or the clock was set back. A run with undurable events is armed when
    // they are on disk.
    if (entry.durable_sequence == entry.state.last_sequence)
        timers_.arm(run, entry.state.next_timer());
    forget_if_over(entry);
}

void Shard::read_timers(Instant now) {
    auto wakeups = parts_.backend.read_wakeups(timers_.window_begin(), limits::timers_per_read);
    if (!wakeups) {
        warn("cannot read the next timers: " + wakeups.error().message);
        read_timers_at_ = now + patience;
        return;
    }
    read_timers_at_.reset();
    std::optional<store::Wakeup> end;
    if (wakeups->size() == limits::timers_per_read) end = wakeups->back();
    std::erase_if(*wakeups, [&](const store::Wakeup& wakeup) { return !parts_.owns(wakeup.run); });
    timers_.add_window(*wakeups, end);
}

}  // namespace swiftgrid::runtime
