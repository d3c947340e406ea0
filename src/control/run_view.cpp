#include "control/run_view.h"

#include "base/overloaded.h"
#include "control/json_writer.h"
#include "engine/why.h"

namespace swiftgrid::control {
namespace {

// Of status, times and error, either the stored ones or those of a folded state.
struct Progress {
    std::string_view status;
    std::optional<Instant> started_at;
    std::optional<Instant> completed_at;
    std::string error;    // JSON, "" when there is none
    std::string current;  // a sentence as engine/why.h stores it, "" when there is none
    Instant now;
};

void write_summary(ObjectWriter& object, const store::RunSummary& run, const Progress& progress) {
    object.text("id", to_string(run.row.id));
    object.text("flowId", to_string(run.row.flow));
    object.text("flowName", run.flow_name);
    object.number_or_null("version", run.row.version);
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
    object.text_or_null("current", engine::render_why(progress.current, progress.now));
    object.boolean("pinned", run.pinned);
    object.text_or_null("parentRunId", run.row.parent ? to_string(*run.row.parent) : "");
    object.text_or_null("callingNodeId", run.row.calling_node_id);
    object.number("depth", run.row.depth);
    object.text_or_null("replayOf", run.row.replay_of ? to_string(*run.row.replay_of) : "");
}

void write_map(std::string& out, const engine::FanOutState& items) {
    ObjectWriter object(out);
    object.number("total", static_cast<std::int64_t>(items.items.size()));
    object.number("succeeded", items.succeeded);
    object.number("failed", items.failed);
    object.number("running", items.running());
    object.end();
}

// What an open node waits for, and the run it called last.
void write_wait(ObjectWriter& object, const engine::NodeState& node) {
    if (node.retry_at) object.time("retryAt", node.retry_at);
    if (node.child) object.text("childRunId", to_string(*node.child));
    if (!node.waiting) return;
    std::visit(Overloaded{
                   [&](const engine::TimerWait& wait) {
                       object.text("waitsFor", "timer").time("until", wait.until);
                   },
                   [&](const engine::SignalWait& wait) {
                       object.text("waitsFor", "webhook").time("until", wait.until);
                   },
                   [&](const engine::ChildWait& wait) {
                       object.text("waitsFor", "child");
                       if (wait.call.deadline) object.time("until", wait.call.deadline);
                   },
                   [&](const engine::FanOutWait& wait) {
                       object.text("waitsFor", "map");
                       if (wait.until) object.time("until", wait.until);
                   },
               },
               node.waiting->wait);
    if (const auto& items = node.waiting->fan_out) write_map(object.member("map"), *items);
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
    if (node.kept) object.boolean("kept", true);
    write_wait(object, node);
    // What the node type adds for people (logs, usage …) stands beside the rest.
    if (node.extras) {
        for (const std::string& name : node.extras->member_names(100)) {
            if (auto value = node.extras->child(name)) object.raw(name, value->view());
        }
    }
    object.end();
}

}  // namespace

void append_run_summary(std::string& out, const store::RunSummary& run, Instant now) {
    ObjectWriter object(out);
    write_summary(object, run,
                  {run.row.status, run.row.started_at, run.row.completed_at, run.row.error,
                   run.row.current, now});
    object.end();
}

void append_run(std::string& out, const RunAtEvent& run, Instant now) {
    const engine::RunState& state = run.state;
    Progress progress{engine::to_string(state.status),
                      state.started_at,
                      state.ended_at,
                      "",
                      engine::why(state, run.plan),
                      now};
    if (state.error) progress.error = engine::to_json_text(*state.error).view();
    ObjectWriter object(out);
    write_summary(object, run.summary, progress);
    if (state.created.forked_at)
        object.number("forkedAt", static_cast<std::int64_t>(*state.created.forked_at));
    else
        object.null("forkedAt");
    object.time("deadline", state.created.deadline);
    object.raw("inputData", state.created.input.view());
    object.raw("outputData", state.output ? state.output->view() : "null");
    if (!state.spent.is_nothing()) object.raw("spent", to_json_text(state.spent).view());
    object.end();
}

void append_node_results(std::string& out, const engine::RunState& state, const model::Plan& plan) {
    ObjectWriter object(out);
    for (std::size_t i = 0; i < state.nodes.size(); ++i)
        append_node_result(object.member(plan.nodes[i].id), state.nodes[i]);
    object.end();
}

}  // namespace swiftgrid::control
