#include <fmt/format.h>

#include "base/assert.h"
#include "engine/advance.h"
#include "engine/calls.h"
#include "engine/commands/commands.h"
#include "engine/finish.h"
#include "engine/follow.h"

namespace swiftgrid::engine {
namespace {

void retry_item(Progress& progress, const Timer& timer) {
    const std::uint32_t attempt =
        progress.state(timer.node).waiting->fan_out->attempt_of(timer.item);
    progress.turn.emit(NodeResumed{timer.node, attempt, ItemRetried{timer.item}});
    progress.turn.owe(owed_item(progress.run(), timer.node, timer.item));
}

void end_wait(Progress& progress, NodeIndex node) {
    const Waiting& waiting = *progress.state(node).waiting;
    if (const auto* timer = std::get_if<TimerWait>(&waiting.wait))
        resume_attempt(progress, node, TimerFired{timer->until - waiting.since});
    else if (std::holds_alternative<SignalWait>(waiting.wait))
        resume_attempt(progress, node, WaitExpired{});
    else
        expire_fan_out(progress, node);
}

void fire(Progress& progress, const Timer& timer) {
    if (timer.node == Timer::whole_run) {
        const Duration limit = timer.at - progress.run().created_at;
        fail_run(progress, make_run_error("timeout", fmt::format("the run took longer than its "
                                                                 "time limit of {} ms",
                                                                 limit.milliseconds)));
        return;
    }
    const NodeState& state = progress.state(timer.node);
    if (timer.item != Timer::whole_node)
        retry_item(progress, timer);
    else if (state.status == NodeStatus::retrying)
        start_attempt(progress, timer.node, state.attempt + 1,
                      AttemptInput{*state.input, state.script_values});
    else
        end_wait(progress, timer.node);
    advance(progress);
}

}  // namespace

void handle_command(Progress& progress, const FireTimers&) {
    if (!require_open_run(progress)) return;
    const Instant now = progress.turn.now();
    if (progress.run().timers.empty() || progress.run().timers.begin()->at > now) {
        progress.turn.refuse(ErrorCode::conflict, "no timer of the run is due");
        return;
    }
    while (!progress.run().timers.empty() && progress.run().timers.begin()->at <= now) {
        // What follows may set the same timer again: a try without a backoff that fails at once.
        const std::uint64_t before = progress.run().last_sequence;
        fire(progress, Timer{*progress.run().timers.begin()});
        SG_ASSERT(progress.run().last_sequence > before, "something happens when a timer fires");
    }
}

}  // namespace swiftgrid::engine
