// What a shard does when the disk cannot be read: it tries again a second later, as long as it
// takes. Nothing is lost meanwhile, and the other runs go on.

#include <algorithm>

#include "engine/calls.h"
#include "engine/outstanding.h"
#include "runtime/shard.h"

namespace swiftgrid::runtime {

void Shard::postpone(std::function<void()> work) {
    postponed_.push_back({parts_.clock.now() + patience, std::move(work)});
}

void Shard::go_on_with_postponed() {
    if (postponed_.empty()) return;
    const Instant now = parts_.clock.now();
    // Some of it may be postponed once more.
    std::vector<Postponed> all;
    all.swap(postponed_);
    for (Postponed& postponed : all) {
        if (has_waited(postponed.at, now))
            postponed.work();
        else
            postponed_.push_back(std::move(postponed));
    }
}

void Shard::recover_later(RunId run) {
    postpone([this, run] { to_recover_.push_back(run); });
}

// Unless the caller does not wait for it any more.
void Shard::start_child_later(const Caller& caller, const engine::StartChildRun& start) {
    postpone([this, caller, start] {
        const auto entry = load(caller.run);
        if (!entry) {
            if (entry.error().code != ErrorCode::not_found) start_child_later(caller, start);
            return;
        }
        const auto awaited = engine::owed_children((*entry)->state, start.node);
        const bool is_awaited = std::ranges::any_of(
            awaited, [&](const auto& owed) { return owed.child == start.child; });
        if (is_awaited && !report_if_known(caller, start)) send_start(caller, start);
    });
}

void Shard::cancel_strays_later(RunId run) {
    postpone([this, run] {
        const auto entry = load(run);
        if (entry)
            cancel_strays(**entry,
                          engine::outstanding((*entry)->state, *(*entry)->plan, parts_.behaviours));
        else if (entry.error().code != ErrorCode::not_found)
            cancel_strays_later(run);
    });
}

}  // namespace swiftgrid::runtime
