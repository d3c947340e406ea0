#pragma once

// What may go wrong in one history. Every seed draws which faults are on and how often they come
// (swarm testing): faults that hide each other when all are on at once are found apart.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/limits.h"
#include "runtime/shard.h"
#include "tests/property/random.h"

namespace swiftgrid::sim {

using testing::Random;

enum class Fault : std::uint8_t {
    crash,           // everything that is not on disk is gone
    restart,         // the process stops in order, and another one begins
    failed_commit,   // the commit answers an error: the process ends
    torn_commit,     // the same, but the commit is on disk
    full_disk,       // some commits are refused for want of room
    lost_writes,     // the disk says it has written and has not; then the power fails
    slow_disk,       // commits take long
    failed_read,     // a read answers an error
    late_result,     // attempts take long
    double_result,   // an outcome comes twice
    lost_result,     // the outcome of an attempt never comes: the process has to crash
    late_cancel,     // a cancelled attempt takes long to end, and may end well
    failed_attempt,  // attempts fail
    failed_script,   // scripts fail
    double_message,  // what shards tell each other arrives twice
    stray_command,   // a command that makes no sense now
    clock_forward,   // the clock is set forward
    clock_back,      // the clock is set back
    cancel,          // runs are cancelled
    early_resume,    // a webhook is called before it is waited for
    double_resume,   // a webhook is called twice
    deadline,        // runs have time limits
    deletion,        // runs that have ended are deleted
    missing_flow,    // a flow that is called is gone
    new_version,     // a flow is published anew while its runs go on
    full_inbox,      // more starts than a shard has room for
    count_,          // how many there are
};
constexpr std::size_t fault_count = static_cast<std::size_t>(Fault::count_);

std::string_view name_of(Fault fault);

// How often each fault was injected, and what happened meanwhile.
struct Tally {
    std::array<std::uint64_t, fault_count> faults{};
    std::uint64_t histories = 0;
    std::uint64_t ticks = 0;
    std::uint64_t runs = 0;
    std::uint64_t children = 0;
    std::uint64_t events = 0;
    std::uint64_t commits = 0;

    void count(Fault fault) { ++faults[static_cast<std::size_t>(fault)]; }
};

// The options of one history.
struct Swarm {
    std::array<bool, fault_count> on{};
    std::size_t shards = 1;
    std::size_t inbox_commands = limits::inbox_commands;
    std::size_t runs_in_memory = 1'000;
    std::size_t timers_in_memory = 1'000;
    std::size_t starts_max = 4;  // runs that people start
    std::size_t ticks = 200;     // of the phase with faults
    std::uint32_t budget = 30;   // descendants of each
    unsigned crash_percent = 2;  // of the ticks
    bool watches = false;        // somebody looks at the live events
    bool spreads = false;        // runs are anywhere, and not beside the run that starts them

    bool has(Fault fault) const { return on[static_cast<std::size_t>(fault)]; }
    std::size_t shard_of(RunId run) const {
        return spreads ? std::hash<RunId>{}(run) % shards : runtime::shard_of(run, shards);
    }
};

Swarm draw_swarm(Random& random);

}  // namespace swiftgrid::sim
