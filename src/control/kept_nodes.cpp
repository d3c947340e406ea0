#include "control/kept_nodes.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/limits.h"
#include "expr/nearest_name.h"

namespace swiftgrid::control {
namespace {

using engine::NodeStatus;

const engine::NodeState* state_of(const OldRun& old, const std::string& node_id) {
    const auto node = old.plan.find(node_id);
    return node ? &old.state.nodes[*node] : nullptr;
}

std::optional<engine::KeptNode> kept_end(model::NodeIndex node, const engine::NodeState* state) {
    if (!state) return std::nullopt;
    engine::KeptNode kept{node, state->status, JsonText(), state->outputs, state->error};
    if (state->status == NodeStatus::completed) {
        kept.result = state->result.value_or(JsonText());
        return kept;
    }
    if (state->status == NodeStatus::failed && state->absorbed) return kept;
    return std::nullopt;
}

engine::KeptNode skipped(model::NodeIndex node) {
    engine::KeptNode kept;
    kept.node = node;
    kept.status = NodeStatus::skipped;
    return kept;
}

std::string mend_for(const model::Plan& plan, const std::string& node_id) {
    std::vector<std::string> names;
    names.reserve(plan.nodes.size());
    for (const model::PlanNode& node : plan.nodes) names.push_back(node.id);
    const auto nearest = expr::nearest_name(node_id, names);
    return nearest ? fmt::format("Did you mean '{}'?", *nearest)
                   : "Name a node of the version that shall run.";
}

model::Problem unknown_node(const model::Plan& plan, std::string pointer,
                            const std::string& node_id) {
    return {model::Severity::error,
            std::move(pointer),
            node_id,
            "unknown_node",
            fmt::format("there is no node '{}' in the version that shall run", node_id),
            mend_for(plan, node_id)};
}

bool is_upstream(const model::PlanNode& node, model::NodeIndex other) {
    return std::ranges::binary_search(node.upstream, other);
}

// A node that is open, or not begun although its run goes on, will have a result later.
std::optional<std::string> unfinished_before(const OldRun& old, const model::Plan& plan,
                                             model::NodeIndex node) {
    if (engine::is_final(old.state.status)) return std::nullopt;
    for (const model::NodeIndex before : plan.nodes[node].upstream) {
        const auto* state = state_of(old, plan.nodes[before].id);
        if (state && !engine::is_final(state->status))
            return fmt::format("'{}' is {}", plan.nodes[before].id,
                               engine::to_string(state->status));
    }
    return std::nullopt;
}

// The handles that an edited result makes live; a node whose outputs depend on its data names them
// in `matched_outputs`.
std::expected<std::optional<std::vector<std::string>>, model::Problem> outputs_of_edit(
    const model::PlanNode& node, const std::string& pointer, const JsonText& result) {
    if (!node.descriptor->handles) return std::nullopt;
    const auto problem = [&](std::string detail) {
        std::string names;
        for (const model::Handle& handle : model::outputs_of(*node.descriptor, node.data))
            names += (names.empty() ? "" : ", ") + handle.id;
        return std::unexpected(model::Problem{model::Severity::error, pointer + "/matched_outputs",
                                              node.id, "invalid_value", std::move(detail),
                                              "Give a list of its outputs: " + names + "."});
    };
    const auto matched = result.child(std::string("matched_outputs"));
    const json::value list = matched ? matched->to_value() : json::value();
    if (!list.is_array())
        return problem(fmt::format("the result of '{}' must say which outputs it takes", node.id));
    std::vector<std::string> outputs;
    for (const json::value& name : list.get_array()) {
        const auto has_name = [&](const model::Handle& handle) {
            return name.is_string() && std::string_view(name.get_string()) == handle.id;
        };
        if (!std::ranges::any_of(model::outputs_of(*node.descriptor, node.data), has_name))
            return problem(fmt::format("'{}' has no output {}", node.id, to_json(name)));
        outputs.emplace_back(name.get_string());
    }
    return outputs;
}

std::expected<engine::KeptNode, model::Problem> edited(const model::Plan& plan,
                                                       model::NodeIndex node,
                                                       const JsonText& result) {
    const std::string pointer = "/edits/" + plan.nodes[node].id;
    if (result.size_bytes() > limits::node_result_bytes)
        return std::unexpected(
            model::Problem{model::Severity::error, pointer, plan.nodes[node].id, "too_large",
                           fmt::format("a result has at most {} bytes, this one has {}",
                                       limits::node_result_bytes, result.size_bytes()),
                           "Give a smaller result."});
    auto outputs = outputs_of_edit(plan.nodes[node], pointer, result);
    if (!outputs) return std::unexpected(std::move(outputs.error()));
    return engine::KeptNode{node, NodeStatus::completed, result, std::move(*outputs), std::nullopt};
}

}  // namespace

Answer<KeptNodes> keep_before(const OldRun& old, const model::Plan& plan,
                              const std::string& from_node) {
    const auto from = plan.find(from_node);
    if (!from)
        return refuse_document("fromNode: there is no node '" + from_node + "'",
                               {unknown_node(plan, "/fromNode", from_node)});
    if (const auto open = unfinished_before(old, plan, *from))
        return refuse(ErrorCode::conflict,
                      fmt::format("fromNode: the run has not got as far as '{}' yet: {}. Wait for "
                                  "it, or choose a node before it",
                                  from_node, *open));
    KeptNodes kept;
    kept.enter_at = from;
    for (const model::NodeIndex node : plan.topological) {
        if (node == *from || is_upstream(plan.nodes[node], *from)) continue;
        auto end = kept_end(node, state_of(old, plan.nodes[node].id));
        kept.nodes.push_back(end ? *std::move(end) : skipped(node));
    }
    return kept;
}

Answer<KeptNodes> keep_with_edits(const OldRun& old, const model::Plan& plan, const Edits& edits) {
    KeptNodes kept;
    std::vector<model::Problem> problems;
    for (const auto& [node_id, result] : edits)
        if (!plan.find(node_id))
            problems.push_back(unknown_node(plan, "/edits/" + node_id, node_id));
    for (const model::NodeIndex node : plan.topological) {
        const std::string& id = plan.nodes[node].id;
        if (const auto edit = edits.find(id); edit != edits.end()) {
            auto end = edited(plan, node, edit->second);
            if (end)
                kept.nodes.push_back(std::move(*end));
            else
                problems.push_back(std::move(end.error()));
        } else if (auto end = kept_end(node, state_of(old, id))) {
            kept.nodes.push_back(*std::move(end));
        }
    }
    if (!problems.empty()) {
        std::string message = "edits: " + problems.front().detail;
        return refuse_document(std::move(message), std::move(problems));
    }
    return kept;
}

}  // namespace swiftgrid::control
