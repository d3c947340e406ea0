#pragma once

// The node types of a world for tests:
//   script, call      are carried out by the sandbox or outside; `call` is tried twice
//   send              is carried out outside, with `$env.KEY` and `$env.HOST` as its input
//   sleep, nap        wait a minute, 20 ms
//   signal            waits at most an hour to be resumed
//   sub-a sub-b sub-c run the flow "a" …; fail as it fails
//   map-a map-b map-c run it for every element of the input's `items`, two at a time; map-c ends
//                     with the first that fails

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/node_behaviour.h"
#include "model/node_descriptor.h"
#include "nodes/registry.h"

namespace swiftgrid::runtime::test {

struct StartedAttempt {
    nodes::PerformRequest request;
    std::function<void(nodes::Outcome)> done;
};

// What the performers of one world were asked; shared with the performers, which the shard owns.
struct OutsideLog {
    std::vector<StartedAttempt> started;
    std::vector<nodes::AttemptKey> cancelled;
};

model::NodeTypes world_types();
// The `data` of a node.
json::object world_data(const std::string& type);
std::unique_ptr<engine::NodeBehaviours> world_behaviours();
nodes::Performers world_performers(OutsideLog& log);

}  // namespace swiftgrid::runtime::test
