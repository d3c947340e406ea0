#include "engine/node_input.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "engine/edges.h"

namespace swiftgrid::engine {
namespace {

bool has_live_edge_to(const RunState& run, const model::Plan& plan, NodeIndex source,
                      NodeIndex target) {
    return std::ranges::any_of(plan.nodes[target].incoming, [&](model::EdgeIndex index) {
        const model::PlanEdge& edge = plan.edges[index];
        return edge.source == source && edge_state(run, edge) == EdgeState::live;
    });
}

// The input of a node without a template: code with empty `inputs`.
JsonText input_from_predecessors(const RunState& run, const model::Plan& plan, NodeIndex node) {
    const auto& predecessors = plan.nodes[node].predecessors;
    if (predecessors.empty()) return run.created.input;
    if (predecessors.size() == 1)
        return run.nodes[predecessors.front()].result.value_or(JsonText());
    // A failure is input only for the branch that took it over.
    std::vector<NodeIndex> sources;
    for (const NodeIndex source : predecessors) {
        const bool completed = run.nodes[source].status == NodeStatus::completed;
        if (completed || has_live_edge_to(run, plan, source, node)) sources.push_back(source);
    }
    return results_by_id(run, plan, sources);
}

RunError input_error(const Error& error) {
    return make_run_error(error.code == ErrorCode::too_large ? "too_large" : "missing_value",
                          error.message);
}

}  // namespace

NodeInput resolve_input(const InputOf& of) {
    const model::PlanNode& node = of.plan.nodes[of.node];
    if (!node.has_input) {
        JsonText input = input_from_predecessors(of.run, of.plan, of.node);
        if (auto error = over_limit("input", input)) return std::move(*error);
        return input;
    }
    if (node.input.has_scripts()) return NeedsScripts{script_bindings(of.run, of.plan, of.node)};
    auto input = resolve_input_with(of, {});
    if (auto* error = std::get_if<RunError>(&input)) return std::move(*error);
    return std::move(std::get<JsonText>(input));
}

std::variant<JsonText, RunError> resolve_input_with(const InputOf& of,
                                                    std::span<const JsonText> script_values) {
    const RunScope scope(of.run, of.plan, of.node, of.environment);
    if (scope.passes_on_secret())
        return make_run_error("secret_not_passed_on",
                              "a secret cannot be part of the input of another flow, whose log "
                              "would hold it; hand it on by its name, with the secrets of this "
                              "step");
    auto input = of.plan.nodes[of.node].input.evaluate(scope, script_values);
    if (!input) return input_error(input.error());
    return std::move(*input);
}

std::variant<JsonText, RunError> input_with_secrets(const InputOf& of) {
    const NodeState& state = of.run.nodes[of.node];
    // Attempts that began before the values were kept.
    if (of.plan.nodes[of.node].input.scripts().size() != state.script_values.size())
        return state.input.value_or(JsonText());
    return resolve_input_with(of, state.script_values);
}

Bindings script_bindings(const RunState& run, const model::Plan& plan, NodeIndex node) {
    std::vector<std::string> roots;
    for (const expr::Script& script : plan.nodes[node].input.scripts())
        roots.insert(roots.end(), script.roots.begin(), script.roots.end());
    return bindings_of(RunScope(run, plan, node, empty_environment), roots);
}

Bindings performer_bindings(const RunState& run, const model::Plan& plan, NodeIndex node,
                            const Perform& perform) {
    Bindings bindings = bindings_of(RunScope(run, plan, node, empty_environment), perform.binds);
    if (!perform.binds_all_upstream) return bindings;
    for (const NodeIndex source : plan.nodes[node].upstream) {
        const std::string& id = plan.nodes[source].id;
        const auto& result = run.nodes[source].result;
        if (result && counts_for(run, source, node) &&
            std::ranges::find(perform.binds, id) == perform.binds.end())
            bindings.emplace_back(id, *result);
    }
    return bindings;
}

std::optional<RunError> over_limit(std::string_view what, const JsonText& value) {
    if (value.size_bytes() > limits::node_result_bytes)
        return make_run_error("too_large",
                              fmt::format("the node's {} has {} bytes, the limit is {}", what,
                                          value.size_bytes(), limits::node_result_bytes));
    if (value.is_deeper_than(limits::json_depth))
        return make_run_error(
            "too_large",
            fmt::format("the node's {} is nested deeper than {} levels", what, limits::json_depth));
    return std::nullopt;
}

JsonText results_by_id(const RunState& run, const model::Plan& plan,
                       std::span<const NodeIndex> nodes) {
    std::string out = "{";
    for (const NodeIndex node : nodes) {
        const auto& result = run.nodes[node].result;
        if (!result) continue;
        if (out.size() > 1) out += ',';
        append_json_string(out, plan.nodes[node].id);
        out += ':';
        out += result->view();
    }
    out += '}';
    return JsonText::trusted(std::move(out));
}

}  // namespace swiftgrid::engine
