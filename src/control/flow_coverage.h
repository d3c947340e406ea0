#pragma once

// Which steps and branches of a flow some runs have reached, taken together. A branch is an output
// of a step that chooses between several, and the output for errors where something follows it.

#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace swiftgrid::control {

struct FlowBranch {
    std::string node_id;
    std::string handle;

    auto operator<=>(const FlowBranch&) const = default;
};

class FlowCoverage {
public:
    explicit FlowCoverage(model::PlanPtr plan);

    // Requires a run of the plan.
    void add(const engine::RunState& run);

    std::vector<std::string> missed_nodes() const;  // in document order, as the others
    std::vector<FlowBranch> missed_branches() const;
    std::size_t node_count() const { return plan_->nodes.size(); }
    std::size_t branch_count() const { return branches_.size(); }

    // { nodes: { percent, reached, missed }, branches: { percent, taken, missed } }
    json::object to_json() const;

private:
    model::PlanPtr plan_;
    std::vector<FlowBranch> branches_;
    std::set<model::NodeIndex> reached_;
    std::set<FlowBranch> taken_;
};

// It was begun, or failed before it could be.
bool was_reached(const engine::NodeState& node);

// Of nothing, everything is reached.
int percent_of(std::size_t part, std::size_t whole);

}  // namespace swiftgrid::control
