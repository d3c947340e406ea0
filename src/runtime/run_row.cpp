#include "runtime/run_row.h"

#include "engine/why.h"

namespace swiftgrid::runtime {

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
    row.current = engine::why(run, plan);
    row.last_seq = run.last_sequence;
    if (engine::is_final(run.status)) return row;
    row.wake_at = run.next_timer();
    row.owes = run.owes();
    return row;
}

}  // namespace swiftgrid::runtime
