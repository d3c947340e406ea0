#pragma once

// Node types of the engine's tests, which knows no real ones. `task` is performed by the test;
// `instant` is done at once with its input as result; `refusing` refuses its input. Data: `input`
// (a template; absent: none), `outputs` (the handles it has), `chosen` (the handles that `instant`
// makes live), `binds` (roots that the performer of `task` asks for; `*` for all upstream nodes).
// Types that wait: `sleep` (`ms`), `signal` (`timeout`), `call` (`flow`, `version`, `timeout`) and
// `each`, a map over its input's member `list` (the same, and `concurrency`, `itemRetries`, `stop`,
// `collect=no`). `task`, `signal` and `call` can be tried again (`retries`, `backoff`).

#include <string>
#include <vector>

#include "engine/node_behaviour.h"
#include "model/flow.h"
#include "model/node_descriptor.h"
#include "model/plan.h"

namespace swiftgrid::testing {

const model::NodeTypes& test_node_types();
const engine::NodeBehaviours& test_behaviours();

model::Node test_node(std::string id, std::string type, json::object data = {});
model::Edge test_edge(std::string source, std::string source_handle, std::string target);

// Ends the test program when the graph is not one that can be run.
model::PlanPtr plan_of(const model::Graph& graph);

}  // namespace swiftgrid::testing
