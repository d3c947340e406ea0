#include "tests/sim/faults.h"

namespace swiftgrid::sim {
namespace {

constexpr std::array<std::string_view, fault_count> names = {
    "crash",         "restart",       "failed commit",  "torn commit",   "full disk",
    "lost writes",   "slow disk",     "failed read",    "late result",   "double result",
    "lost result",   "late cancel",   "failed attempt", "failed script", "double message",
    "stray command", "clock forward", "clock back",     "cancel",        "early resume",
    "double resume", "deadline",      "deletion",       "missing flow",  "new version",
    "full inbox"};

}  // namespace

std::string_view name_of(Fault fault) { return names[static_cast<std::size_t>(fault)]; }

Swarm draw_swarm(Random& random) {
    Swarm swarm;
    for (bool& on : swarm.on) on = random.chance(40);
    // A disk that lies makes every promise void, so it comes seldom.
    if (random.chance(80)) swarm.on[static_cast<std::size_t>(Fault::lost_writes)] = false;
    swarm.shards = 1 + random.below(3);
    if (swarm.has(Fault::full_inbox)) swarm.inbox_commands = 1 + random.below(3);
    if (random.chance(50)) swarm.runs_in_memory = random.below(4);
    if (random.chance(50)) swarm.timers_in_memory = 1 + random.below(12);
    swarm.starts_max = 1 + random.below(4);
    swarm.ticks = 60 + random.below(200);
    swarm.budget = static_cast<std::uint32_t>(random.below(40));
    swarm.crash_percent = 1 + static_cast<unsigned>(random.below(5));
    swarm.watches = random.chance(40);
    swarm.spreads = random.chance(50);
    return swarm;
}

}  // namespace swiftgrid::sim
