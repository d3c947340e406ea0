#pragma once

// Ways in which the product could break its promises. The self-test does each of them at the edges
// of the real code and expects the checkers to notice: a checker that cannot fail is worth nothing.

#include <cstdint>

namespace swiftgrid::sim {

enum class Sabotage : std::uint8_t {
    none,
    release_before_durable,  // the shard believes its batch is on disk before it is
    lose_acknowledged,       // a commit is acknowledged and not kept
    drop_events,             // the last event of a record is lost
    repeat_sequence,         // a record is numbered wrongly
    change_event,            // a payload is changed on its way to the disk
    forget_wake_up,          // a row does not say when the run is to be woken
    hide_wake_ups,           // the next timers are not found on disk
    fire_early,              // the shard's clock is ahead
    forget_owing,            // a row does not say that the run owes work
    forget_recovery,         // a start does not look for runs that owe work
    forget_orphans,          // a start does not look for orphans
    lose_child_start,        // a parent's start of a child does not arrive
    lose_child_end,          // a child's end does not reach its parent
    tell_at_once,            // what leads to a start or an end on another shard is not on disk
    lose_child_cancel,       // a parent's cancel does not reach its child
    lose_outcome,            // the end of an attempt does not reach the shard
    repeat_attempt,          // an attempt is carried out twice
    wrong_attempt_key,       // an attempt is carried out under another key
    forget_run_end,          // whoever waits for a run is not told its end
    forget_key,              // the idempotency key is not kept with its run
    keep_all_runs,           // memory is not bounded
    count_,
};

}  // namespace swiftgrid::sim
