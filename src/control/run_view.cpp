#include "control/run_view.h"

#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

// Of status, times and error, either the stored ones or those of a folded state.
struct Progress {
    std::string_view status;
    std::optional<Instant> started_at;
    std::optional<Instant> completed_at;
    std::string error;    // JSON, "" when there is none
    std::string current;  // a sentence, "" when there is none
};

void write_summary(ObjectWriter& object, const store::RunSummary& run, const Progress& progress) {
    object.text("id", to_string(run.row.id));
    object.text("flowId", to_string(run.row.flow));
    object.text("flowName", run.flow_name);
    if (run.row.version)
        object.number("version", *run.row.version);
    else
        object.null("version");
    object.text("status", progress.status);
    object.text("trigger", run.row.trigger);
    object.time("createdAt", run.row.created_at);
    object.time("startedAt", progress.started_at);
    object.time("completedAt", progress.completed_at);
    if (progress.started_at && progress.completed_at)
        object.number("durationMs", (*progress.completed_at - *progress.started_at).milliseconds);
    else
        object.null("durationMs");
    object.raw("error", progress.error.empty() ? "null" : progress.error);
    object.text_or_null("current", progress.current);
    object.boolean("pinned", run.pinned);
    object.text_or_null("parentRunId", run.row.parent ? to_string(*run.row.parent) : "");
    object.text_or_null("callingNodeId", run.row.calling_node_id);
    object.number("depth", run.row.depth);
    object.text_or_null("replayOf", run.row.replay_of ? to_string(*run.row.replay_of) : "");
}

void append_node_result(std::string& out, const engine::NodeState& node) {
    ObjectWriter object(out);
    object.text("status", engine::to_string(node.status));
    object.number("attempts", node.attempt);
    object.raw("input", node.input ? node.input->view() : "null");
    object.raw("result", node.result ? node.result->view() : "null");
    object.raw("error", node.error ? engine::to_json_text(*node.error).view() : "null");
    object.time("startedAt", node.started_at);
    object.time("completedAt", node.ended_at);
    if (node.ended_at && node.started_at)
        object.number("durationMs", node.duration_ms);
    else
        object.null("durationMs");
    if (node.outputs) {
        json::array outputs;
        for (const std::string& handle : *node.outputs) outputs.emplace_back(handle);
        object.raw("outputs", to_json(outputs));
    }
    if (node.absorbed) object.boolean("absorbed", true);
    // What the node type adds for people (logs, usage …) stands beside the rest.
    if (node.extras) {
        for (const std::string& name : node.extras->member_names(100)) {
            if (auto value = node.extras->child(name)) object.raw(name, value->view());
        }
    }
    object.end();
}

}  // namespace

void append_run_summary(std::string& out, const store::RunSummary& run) {
    ObjectWriter object(out);
    write_summary(
        object, run,
        {run.row.status, run.row.started_at, run.row.completed_at, run.row.error, run.row.current});
    object.end();
}

void append_run(std::string& out, const store::RunSummary& summary, const engine::RunState& state) {
    Progress progress{engine::to_string(state.status), state.started_at, state.ended_at, "",
                      engine::is_final(state.status) ? "" : summary.row.current};
    if (state.error) progress.error = engine::to_json_text(*state.error).view();
    ObjectWriter object(out);
    write_summary(object, summary, progress);
    object.raw("inputData", state.created.input.view());
    object.raw("outputData", state.output ? state.output->view() : "null");
    object.end();
}

void append_node_results(std::string& out, const engine::RunState& state, const model::Plan& plan) {
    ObjectWriter object(out);
    for (std::size_t i = 0; i < state.nodes.size(); ++i)
        append_node_result(object.member(plan.nodes[i].id), state.nodes[i]);
    object.end();
}

}  // namespace swiftgrid::control
