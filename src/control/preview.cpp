#include "control/preview.h"

#include <algorithm>
#include <memory>

#include "base/limits.h"
#include "control/json_writer.h"
#include "engine/run_error.h"
#include "engine/run_scope.h"
#include "expr/template.h"
#include "runtime/run_table.h"

namespace swiftgrid::control {
namespace {

bool is_trigger(std::string_view name) {
    return name == "$trigger" || name == "$input" || name == "trigger" || name == "input" ||
           name == "webhook";
}

// Owns its values, because the sandbox may answer later.
class PreviewScope : public expr::Scope {
public:
    std::optional<JsonText> root(std::string_view name) const override {
        if (is_trigger(name)) return trigger;
        if (name == "$env") return env;
        if ((name == "previous" || name == "prev") && !previous.empty()) return result(previous);
        return result(name);
    }

    std::string why_missing(std::string_view name) const override {
        if (is_trigger(name)) return "there is no input yet: run the flow once or give one";
        if (name == "$env") return "there are no secrets and variables yet";
        if (name == "previous" || name == "prev")
            return "there is no single node before this one, or it has no result yet";
        return "'" + std::string(name) + "' has no result yet: run the flow once";
    }

    std::optional<JsonText> trigger;
    std::optional<JsonText> env;
    std::string previous;  // node id
    std::map<std::string, JsonText, std::less<>> results;

private:
    std::optional<JsonText> result(std::string_view name) const {
        const auto found = results.find(name);
        if (found == results.end()) return std::nullopt;
        return found->second;
    }
};

// As it may be shown: the values of variables, and a stand-in for each secret.
std::optional<JsonText> env_of(const runtime::VaultContent& vault) {
    if (vault.items().empty()) return std::nullopt;
    const runtime::RecordedEnvironment environment(vault);
    json::object values;
    for (const std::string& name : environment.names()) values[name] = *environment.value(name);
    return JsonText::from(values);
}

std::string value_json(const JsonText& value) {
    std::string out;
    ObjectWriter object(out);
    object.raw("value", value.view());
    object.text("type", to_string(value.kind()));
    object.end();
    return out;
}

std::string error_json(std::string code, std::string message) {
    engine::RunError error;
    error.code = std::move(code);
    error.message = std::move(message);
    return "{\"error\":" + std::string(engine::to_json_text(error).view()) + "}";
}

std::string evaluated_json(const expr::Template& compiled, const PreviewScope& scope,
                           std::span<const JsonText> script_values) {
    auto value = compiled.evaluate(scope, script_values);
    return value ? value_json(*value) : error_json("missing_value", value.error().message);
}

// The only node with an edge to this one in the draft; "" when there is none or more.
std::string only_predecessor(const std::string& graph_text, const std::string& node_id) {
    const auto graph = parse_json(graph_text);
    const json::object* object = graph ? graph->if_object() : nullptr;
    const json::value* edges = object ? object->if_contains("edges") : nullptr;
    if (!edges || !edges->is_array()) return "";
    std::string source;
    for (const json::value& edge : edges->get_array()) {
        const json::object* members = edge.if_object();
        const json::value* target = members ? members->if_contains("target") : nullptr;
        const json::value* from = members ? members->if_contains("source") : nullptr;
        if (!target || !from || !target->is_string() || !from->is_string()) continue;
        if (std::string_view(target->get_string()) != node_id) continue;
        const std::string id(from->get_string());
        if (!source.empty() && source != id) return "";
        source = id;
    }
    return source;
}

void take_run(PreviewScope& scope, const runtime::ReplayedRun& run) {
    scope.trigger = run.state.created.input;
    for (std::size_t i = 0; i < run.state.nodes.size(); ++i) {
        if (const auto& result = run.state.nodes[i].result)
            scope.results[run.plan->nodes[i].id] = *result;
    }
}

}  // namespace

void Preview::evaluate(PreviewRequest request, std::function<void(Answer<std::string>)> done) {
    auto scope = std::make_shared<PreviewScope>();
    if (request.run) {
        auto run = runtime::replay_run(parts_.backend, parts_.plans, *request.run);
        if (!run) return done(refuse(run.error()));
        take_run(*scope, *run);
    }
    if (request.flow) {
        auto flow = parts_.catalog.get_flow(*request.flow);
        if (!flow) return done(refuse(flow.error()));
        scope->previous = only_predecessor(flow->draft.graph, request.node_id);
    }
    for (auto& [id, result] : request.inputs) scope->results[id] = std::move(result);
    scope->env = env_of(*parts_.vault.content());
    if (request.trigger) scope->trigger = std::move(request.trigger);

    std::vector<expr::Template::Problem> problems;
    auto compiled =
        std::make_shared<expr::Template>(expr::Template::compile(request.tmpl, problems));
    if (!problems.empty()) return done(error_json("placeholder_syntax", problems.front().message));
    if (!compiled->has_scripts()) return done(evaluated_json(*compiled, *scope, {}));

    sandbox::Expressions expressions;
    for (const expr::Script& script : compiled->scripts()) {
        if (std::ranges::find(script.roots, "$env") != script.roots.end())
            return done(error_json("secret_in_script", "scripts cannot read $env"));
        expressions.sources.push_back(script.source);
        for (auto& [name, value] : engine::bindings_of(*scope, script.roots))
            expressions.bindings.push_back({name, std::move(value)});
    }
    sandbox::Call call;
    call.work = std::move(expressions);
    call.time_ms = limits::script_time_ms;
    auto sent =
        parts_.shards.evaluate(std::move(call), [compiled, scope, done](sandbox::Reply reply) {
            std::vector<JsonText> values;
            if (const auto* failed = std::get_if<sandbox::ScriptError>(&reply.outcome))
                return done(error_json(failed->code, failed->message));
            for (auto& result : std::get<std::vector<sandbox::ExpressionResult>>(reply.outcome)) {
                if (const auto* failed = std::get_if<sandbox::ScriptError>(&result.outcome))
                    return done(error_json(failed->code, failed->message));
                values.push_back(std::get<sandbox::ExpressionValue>(result.outcome).value);
            }
            done(evaluated_json(*compiled, *scope, values));
        });
    if (!sent) done(refuse(sent.error()));
}

}  // namespace swiftgrid::control
