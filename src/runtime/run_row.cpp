#include "runtime/run_row.h"

#include <algorithm>

namespace swiftgrid::runtime {
namespace {

// What the run is doing, in a few words: "Fetch customer" or "Fetch customer and 3 more".
std::string current_of(const engine::RunState& run, const model::Plan& plan) {
    if (engine::is_final(run.status) || run.open_nodes == 0) return "";
    for (std::size_t i = 0; i < run.nodes.size(); ++i) {
        const engine::NodeStatus status = run.nodes[i].status;
        if (status == engine::NodeStatus::pending || engine::is_final(status)) continue;
        std::string text = plan.nodes[i].label;
        if (run.open_nodes > 1) text += " and " + std::to_string(run.open_nodes - 1) + " more";
        return text;
    }
    return "";
}

}  // namespace

store::RunRow run_row_of(const engine::RunState& run, const model::Plan& plan) {
    store::RunRow row;
    row.id = run.id;
    row.flow = run.created.flow;
    row.version = run.created.version;
    row.graph = run.created.graph;
    row.status = std::string(engine::to_string(run.status));
    row.trigger = std::string(engine::to_string(run.created.trigger));
    row.parent = run.created.parent;
    row.replay_of = run.created.replay_of;
    row.calling_node_id = run.created.calling_node_id;
    row.depth = static_cast<int>(run.created.depth);
    row.created_at = run.created_at;
    row.started_at = run.started_at;
    row.completed_at = run.ended_at;
    if (run.error) row.error = std::string(engine::to_json_text(*run.error).view());
    row.current = current_of(run, plan);
    row.last_seq = run.last_sequence;
    return row;
}

}  // namespace swiftgrid::runtime
