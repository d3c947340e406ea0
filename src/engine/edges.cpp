#include "engine/edges.h"

#include <algorithm>

namespace swiftgrid::engine {
namespace {

constexpr std::string_view error_handle = "error";

bool chose(const NodeState& source, std::string_view handle) {
    if (source.outputs) return std::ranges::find(*source.outputs, handle) != source.outputs->end();
    if (handle.empty()) return true;
    // `success` is the second name of the normal output (phase-1.md section 5.2). A failure that
    // was carried on from is not a success, even where a router calls one of its outputs so.
    return handle == "success" && !source.error;
}

}  // namespace

EdgeState edge_state(const RunState& run, const model::PlanEdge& edge) {
    const NodeState& source = run.nodes[edge.source];
    switch (source.status) {
        case NodeStatus::pending:
        case NodeStatus::scheduled:
        case NodeStatus::running:
        case NodeStatus::suspended:
        case NodeStatus::retrying: return EdgeState::undecided;
        case NodeStatus::completed:
            return chose(source, edge.source_handle) ? EdgeState::live : EdgeState::dead;
        case NodeStatus::failed:
            return source.absorbed && edge.source_handle == error_handle ? EdgeState::live
                                                                         : EdgeState::dead;
        case NodeStatus::skipped:
        case NodeStatus::cancelled: return EdgeState::dead;
    }
    return EdgeState::undecided;
}

Readiness readiness(const RunState& run, const model::Plan& plan, NodeIndex node) {
    const bool any_suffices = plan.nodes[node].join == model::JoinMode::any;
    bool some_live = false;
    bool some_undecided = false;
    for (const model::EdgeIndex edge : plan.nodes[node].incoming) {
        switch (edge_state(run, plan.edges[edge])) {
            case EdgeState::undecided:
                if (!any_suffices) return Readiness::wait;
                some_undecided = true;
                break;
            case EdgeState::live:
                if (any_suffices) return Readiness::enter;
                some_live = true;
                break;
            case EdgeState::dead: break;
        }
    }
    if (some_undecided) return Readiness::wait;
    return some_live ? Readiness::enter : Readiness::skip;
}

bool is_executed_leaf(const RunState& run, const model::Plan& plan, NodeIndex node) {
    const NodeState& state = run.nodes[node];
    const bool executed = state.status == NodeStatus::completed ||
                          (state.status == NodeStatus::failed && state.absorbed);
    return executed && std::ranges::none_of(plan.nodes[node].outgoing, [&](model::EdgeIndex edge) {
               return edge_state(run, plan.edges[edge]) == EdgeState::live;
           });
}

}  // namespace swiftgrid::engine
