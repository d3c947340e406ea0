#include "nodes/sub_flow/behaviour.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "expr/template.h"
#include "nodes/child_flow_fields.h"
#include "nodes/data_fields.h"
#include "nodes/value_path.h"

namespace swiftgrid::nodes::sub_flow {
namespace {

using engine::ChildEnded;
using engine::RunError;
using engine::RunStatus;

// As people know the step.
const std::string& name_of(const model::PlanNode& node) {
    return node.label.empty() ? node.id : node.label;
}

std::string child_members(const ChildEnded& ended) {
    return fmt::format(R"("child_run_id":"{}","child_status":"{}")", to_string(ended.child),
                       to_string(ended.status));
}

JsonText result_of(const ChildEnded& ended, const JsonText& output) {
    std::string out = R"({"output":)";
    out += output.view();
    out += ',';
    out += child_members(ended);
    out += '}';
    return JsonText::trusted(std::move(out));
}

// The result for onError `continue` has the members of a success, so that what follows can read it.
engine::Refuse refuse(const model::PlanNode& node, std::string_view child_members, RunError error) {
    error.node_id = node.id;
    std::string result = R"({"output":null,)";
    result += child_members;
    result += R"(,"error":)";
    result += engine::to_json_text(error).view();
    result += '}';
    return {std::move(error), JsonText::trusted(std::move(result))};
}

JsonText details_of(const ChildEnded& ended) {
    std::string out = "{" + child_members(ended);
    if (ended.error) {
        out += R"(,"error":)";
        out += engine::to_json_text(*ended.error).view();
    }
    out += '}';
    return JsonText::trusted(std::move(out));
}

RunError child_error(const model::PlanNode& node, const ChildEnded& ended) {
    const bool cancelled = ended.status == RunStatus::cancelled;
    std::string message = fmt::format("the flow that '{}' called {}", name_of(node),
                                      cancelled ? "was cancelled" : "failed");
    if (ended.error) message += ": " + ended.error->message;
    RunError error =
        engine::make_run_error(cancelled ? "child_cancelled" : "child_failed", std::move(message));
    // Whoever cancelled it does not want it again.
    error.retryable = !cancelled;
    error.details = details_of(ended);
    return error;
}

engine::Directive take_output(const model::PlanNode& node, const ChildEnded& ended) {
    const std::string_view path = text_at(node.data, "outputPath");
    if (path.empty()) return engine::Continue{result_of(ended, ended.output), std::nullopt};
    const auto output = read_value(ended.output, path);
    if (output) return engine::Continue{result_of(ended, *output), std::nullopt};
    RunError error = engine::make_run_error(
        "missing_value", fmt::format("the output path of '{}' leads nowhere: {}", name_of(node),
                                     output.error().message));
    error.details = details_of(ended);
    return refuse(node, child_members(ended), std::move(error));
}

class Behaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        return call_of(node, "workflowId");
    }

    engine::Directive resume(const model::PlanNode& node, const JsonText&,
                             const engine::WakeReason& reason) const override {
        const auto* ended = std::get_if<ChildEnded>(&reason);
        SG_ASSERT(ended != nullptr, "a sub-flow waits for its run only");
        if (ended->status == RunStatus::completed) return take_output(node, *ended);
        return refuse(node, child_members(*ended), child_error(node, *ended));
    }

    // There never was a run.
    engine::Refuse refuse_call(const model::PlanNode& node, RunError error) const override {
        return refuse(node, R"("child_run_id":null,"child_status":"failed")", std::move(error));
    }
};

}  // namespace

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::sub_flow
