#include "control/flow_test_draft.h"

#include "base/assert.h"
#include "base/overloaded.h"
#include "engine/status.h"

namespace swiftgrid::control {
namespace {

bool asks_outside(const model::NodeDescriptor& type) {
    return type.has_outside_effect || type.calls_flows || type.awaits_signal;
}

json::object result_mock(const engine::NodeCompleted& event) {
    json::object mock{{"result", event.result.to_value()}};
    if (!event.outputs) return mock;
    json::array outputs;
    for (const std::string& output : *event.outputs) outputs.emplace_back(output);
    mock["outputs"] = std::move(outputs);
    return mock;
}

json::object error_mock(const engine::RunError& error, const model::NodeDescriptor& type) {
    if (type.awaits_signal) return {{"timeout", true}};
    return {{"error", engine::to_json_text(error).to_value()}};
}

// A failure that was absorbed: with a result of its own in its place, that is what others read, and
// a mock of the error would not give it.
json::object absorbed_mock(const engine::NodeCompleted& event, const model::NodeDescriptor& type) {
    if (type.awaits_signal || event.result == engine::error_result(*event.error))
        return error_mock(*event.error, type);
    return {{"result", event.result.to_value()}};
}

}  // namespace

void FlowTestDraft::note(const engine::Event& event, const model::Plan& plan) {
    const auto add = [&](model::NodeIndex index, const auto& make) {
        const model::PlanNode& node = plan.nodes[index];
        if (asks_outside(*node.descriptor)) mocks_[node.id].push_back(make(*node.descriptor));
    };
    const auto add_error = [&](model::NodeIndex index, const engine::RunError& error) {
        add(index, [&](const model::NodeDescriptor& type) { return error_mock(error, type); });
    };
    std::visit(Overloaded{
                   [&](const engine::NodeCompleted& completed) {
                       add(completed.node, [&](const model::NodeDescriptor& type) {
                           return completed.error ? absorbed_mock(completed, type)
                                                  : result_mock(completed);
                       });
                   },
                   [&](const engine::NodeFailed& failed) { add_error(failed.node, failed.error); },
                   [&](const engine::NodeRetryScheduled& retried) {
                       if (!retried.item) add_error(retried.node, retried.error);
                   },
                   [](const auto&) {},
               },
               event.body);
}

json::object FlowTestDraft::to_json(const std::string& name, const engine::RunState& run) const {
    SG_ASSERT(run.status == engine::RunStatus::completed || run.status == engine::RunStatus::failed,
              "the run of a test ends by itself");
    json::object mocks;
    for (const auto& [id, attempts] : mocks_)
        mocks[id] = attempts.size() == 1 ? attempts.front() : json::value(attempts);
    json::object expect{{"status", engine::to_string(run.status)}};
    if (run.output) expect["output"] = run.output->to_value();
    if (run.error) {
        json::object error{{"code", run.error->code}};
        if (!run.error->node_id.empty()) error["nodeId"] = run.error->node_id;
        expect["error"] = std::move(error);
    }
    return {{"name", name},
            {"input", run.created.input.to_value()},
            {"trigger", engine::to_string(run.created.trigger)},
            {"at", to_rfc3339(run.created_at)},
            {"mocks", std::move(mocks)},
            {"expect", std::move(expect)}};
}

}  // namespace swiftgrid::control
