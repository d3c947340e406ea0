#pragma once

// For tests: what a dry run needs, with the product's own node types and real script workers.

#include <memory>
#include <string_view>

#include "base/assert.h"
#include "nodes/registry.h"
#include "runtime/dry_run.h"
#include "runtime/plan_cache.h"
#include "sandbox/script_world_test.h"

namespace swiftgrid::runtime::test {

struct DryRunWorld {
    model::PlanPtr plan_of(std::string_view graph) const {
        const std::string text = canonical_json(parse_json(graph).value());
        auto plan = plan_of_graph_text(graph_id_of(text), text, types);
        SG_ASSERT(plan.has_value(), "the graph of a test is valid");
        return *plan;
    }

    SystemClock clock;
    SystemIdSource ids{clock};
    model::NodeTypes types = nodes::make_node_types();
    std::unique_ptr<engine::NodeBehaviours> behaviours = nodes::make_node_behaviours();
    nodes::ScriptPerformers performers = nodes::make_script_performers();
    sandbox::ScriptWorld workers;
    SandboxScriptRunner scripts{workers.pool()};
};

}  // namespace swiftgrid::runtime::test
