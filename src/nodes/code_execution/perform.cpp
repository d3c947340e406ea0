#include "nodes/code_execution/perform.h"

#include "nodes/script_outcome.h"

namespace swiftgrid::nodes::code_execution {
namespace {

constexpr std::string_view trigger_root = "$trigger";

std::string source_of(const model::PlanNode& node) {
    const json::value* code = node.data.if_contains("code");
    return code && code->is_string() ? std::string(code->get_string()) : std::string();
}

// What is bound besides `$trigger` are results of nodes, which a script finds under `nodes`.
sandbox::Binding nodes_binding(const PerformRequest& request) {
    std::string out = "{";
    for (const auto& [name, value] : request.bindings) {
        if (name == trigger_root) continue;
        if (out.size() > 1) out += ',';
        append_json_string(out, name);
        out += ':';
        out += value.view();
    }
    out += '}';
    return {"nodes", JsonText::trusted(std::move(out))};
}

class Performer : public ScriptPerformer {
public:
    sandbox::Call prepare(const PerformRequest& request) const override {
        sandbox::Code code;
        code.source = source_of(request.node());
        code.input = request.input;
        for (const auto& [name, value] : request.bindings)
            if (name == trigger_root) code.bindings.push_back({name, value});
        code.bindings.push_back(nodes_binding(request));
        sandbox::Call call;
        call.work = std::move(code);
        call.time_ms = script_time_ms(request.node());
        return call;
    }

    Outcome finish(const PerformRequest&, sandbox::Reply reply) const override {
        Outcome outcome;
        outcome.duration_ms = reply.duration_us / 1000;
        if (!reply.logs.empty())
            outcome.extras = JsonText::trusted("{\"logs\":" + log_lines_json(reply.logs) + "}");
        if (const auto* error = std::get_if<sandbox::ScriptError>(&reply.outcome))
            outcome.result = run_error_of(*error);
        else
            outcome.result = std::move(std::get<sandbox::CodeResult>(reply.outcome).value);
        return outcome;
    }
};

}  // namespace

std::unique_ptr<ScriptPerformer> make_performer() { return std::make_unique<Performer>(); }

}  // namespace swiftgrid::nodes::code_execution
