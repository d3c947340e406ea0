#include "control/flow_coverage.h"

#include <algorithm>

#include "base/assert.h"

namespace swiftgrid::control {
namespace {

constexpr const char* error_branch = "error";

std::vector<FlowBranch> branches_of(const model::Plan& plan) {
    std::vector<FlowBranch> branches;
    for (const model::PlanNode& node : plan.nodes) {
        // One that always goes on by the same way has no branches.
        const auto outputs = model::outputs_of(*node.descriptor, node.data);
        if (outputs.size() > 1)
            for (const model::Handle& handle : outputs) branches.push_back({node.id, handle.id});
        if (node.on_error == model::OnError::branch) branches.push_back({node.id, error_branch});
    }
    return branches;
}

json::object branch_json(const FlowBranch& branch) {
    return {{"nodeId", branch.node_id}, {"branch", branch.handle}};
}

}  // namespace

FlowCoverage::FlowCoverage(model::PlanPtr plan)
    : plan_(std::move(plan)), branches_(branches_of(*plan_)) {}

void FlowCoverage::add(const engine::RunState& run) {
    SG_ASSERT(run.nodes.size() == plan_->nodes.size(), "the plan is the run's");
    for (std::size_t i = 0; i < run.nodes.size(); ++i) {
        const engine::NodeState& state = run.nodes[i];
        const model::PlanNode& node = plan_->nodes[i];
        if (was_reached(state)) reached_.insert(static_cast<model::NodeIndex>(i));
        if (state.status == engine::NodeStatus::failed && state.absorbed)
            taken_.insert({node.id, error_branch});
        if (state.status == engine::NodeStatus::completed && state.outputs)
            for (const std::string& output : *state.outputs) taken_.insert({node.id, output});
    }
}

std::vector<std::string> FlowCoverage::missed_nodes() const {
    std::vector<std::string> missed;
    for (std::size_t i = 0; i < plan_->nodes.size(); ++i)
        if (!reached_.contains(static_cast<model::NodeIndex>(i)))
            missed.push_back(plan_->nodes[i].id);
    return missed;
}

std::vector<FlowBranch> FlowCoverage::missed_branches() const {
    std::vector<FlowBranch> missed;
    for (const FlowBranch& branch : branches_)
        if (!taken_.contains(branch)) missed.push_back(branch);
    return missed;
}

json::object FlowCoverage::to_json() const {
    json::array reached;
    for (const model::NodeIndex index : reached_) reached.emplace_back(plan_->nodes[index].id);
    json::array missed;
    for (const std::string& id : missed_nodes()) missed.emplace_back(id);
    json::array taken;
    json::array missed_of_branches;
    for (const FlowBranch& branch : branches_)
        (taken_.contains(branch) ? taken : missed_of_branches).push_back(branch_json(branch));
    const int nodes = percent_of(reached.size(), node_count());
    const int branches = percent_of(taken.size(), branch_count());
    return {{"nodes", json::object{{"percent", nodes},
                                   {"reached", std::move(reached)},
                                   {"missed", std::move(missed)}}},
            {"branches", json::object{{"percent", branches},
                                      {"taken", std::move(taken)},
                                      {"missed", std::move(missed_of_branches)}}}};
}

bool was_reached(const engine::NodeState& node) {
    return node.attempt > 0 || node.status == engine::NodeStatus::failed ||
           node.status == engine::NodeStatus::completed;
}

// Rounded down, so that 100 says that nothing is left.
int percent_of(std::size_t part, std::size_t whole) {
    return whole == 0 ? 100 : static_cast<int>(part * 100 / whole);
}

}  // namespace swiftgrid::control
