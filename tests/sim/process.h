#pragma once

// What a crash takes away: the product's own parts of one process, without their threads.

#include <memory>
#include <vector>

#include "nodes/registry.h"
#include "runtime/shard.h"
#include "store/group_commit.h"
#include "tests/sim/performers.h"

namespace swiftgrid::sim {

// One shard with what it needs.
struct Unit {
    Unit(Random& random, Tally& tally, std::size_t inbox_commands, bool scripts_fail)
        : inbox([] {}, inbox_commands), scripts(random, tally, scripts_fail) {}

    runtime::Inbox inbox;
    SimScripts scripts;
    nodes::Performers performers;
    runtime::RuntimeMetrics metrics;
    std::unique_ptr<runtime::Shard> shard;
};

struct Process {
    static constexpr std::size_t plans_max = 100;

    Process(store::Backend& disk, const model::NodeTypes& types)
        : plans(
              types, [&disk](GraphId graph) { return disk.read_graph(graph); }, plans_max),
          commits(disk) {}

    runtime::PlanCache plans;
    runtime::EventHub hub;
    store::GroupCommit commits;
    std::vector<std::unique_ptr<Unit>> units;
};

}  // namespace swiftgrid::sim
