#include "model/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "model/common_data.h"
#include "model/order.h"
#include "model/schema.h"
#include "model/secret_paths.h"

namespace swiftgrid::model {
namespace {

RetryPolicy retry_policy(const NodeDescriptor& descriptor, const json::object& data) {
    RetryPolicy policy;
    // Repeating what has no outside effect gives the same result again.
    if (!descriptor.has_outside_effect) return policy;
    if (descriptor.retries_default) policy.retries_max = descriptor.retries_default(data);
    const auto* member = data.if_contains("retry");
    const auto* retry = member ? member->if_object() : nullptr;
    if (!retry) return policy;
    policy.retries_max =
        static_cast<std::uint32_t>(integer_at(*retry, "maxRetries", policy.retries_max));
    policy.backoff_ms = integer_at(*retry, "backoffMs", policy.backoff_ms);
    policy.backoff_factor = number_at(*retry, "backoffFactor", policy.backoff_factor);
    policy.backoff_ms_max = integer_at(*retry, "maxBackoffMs", policy.backoff_ms_max);
    policy.jitter = number_at(*retry, "jitter", policy.jitter);
    const auto* retry_on = retry->if_contains("retryOn");
    if (!retry_on || !retry_on->is_array()) return policy;
    for (const auto& entry : retry_on->get_array())
        policy.retry_on.push_back(entry.is_string() ? std::string(entry.get_string())
                                                    : to_json(entry));
    return policy;
}

OnError on_error_of(const json::object& data) {
    const std::string_view name = text_at(data, "onError");
    if (name == "continue") return OnError::carry_on;
    return name == "branch" ? OnError::branch : OnError::fail;
}

Error refusal(std::string message) { return {ErrorCode::invalid_document, std::move(message)}; }

class Planner {
public:
    Planner(const Flow& flow, const NodeTypes& types, GraphId graph_id)
        : flow_(flow), types_(types), plan_(std::make_shared<Plan>()) {
        plan_->graph_id = graph_id;
        plan_->timeout_ms = flow.timeout_ms;
        plan_->budget = flow.graph.budget;
    }

    Result<PlanPtr> make() {
        if (flow_.graph.nodes.empty())
            return std::unexpected(refusal("this flow has no nodes: add one to run it"));
        if (flow_.graph.nodes.size() > limits::graph_nodes)
            return fail(ErrorCode::too_large,
                        fmt::format("a flow has at most {} nodes", limits::graph_nodes));
        if (flow_.graph.edges.size() > limits::graph_edges)
            return fail(ErrorCode::too_large,
                        fmt::format("a flow has at most {} edges", limits::graph_edges));
        for (const Node& node : flow_.graph.nodes)
            if (auto error = add_node(node)) return std::unexpected(std::move(*error));
        for (const Edge& edge : flow_.graph.edges)
            if (auto error = add_edge(edge)) return std::unexpected(std::move(*error));
        if (auto error = put_in_order()) return std::unexpected(std::move(*error));
        for (PlanNode& node : plan_->nodes) drop_unconnected_branch(node);
        return plan_;
    }

private:
    std::optional<Error> add_node(const Node& node) {
        const auto index = static_cast<NodeIndex>(plan_->nodes.size());
        if (node.id.empty()) return refusal(fmt::format("node {} has no id", index));
        if (!plan_->index_by_id.emplace(node.id, index).second)
            return refusal(fmt::format("two nodes have the id '{}'", node.id));
        const NodeDescriptor* descriptor = types_.find(node.type);
        if (!descriptor)
            return refusal(fmt::format("node '{}': the type '{}' is unknown", node.id, node.type));
        if (!descriptor->available)
            return Error{
                ErrorCode::not_available,
                fmt::format("node '{}': this version cannot run nodes of the type '{}' yet",
                            node.id, descriptor->type)};
        PlanNode planned;
        planned.id = node.id;
        planned.label = node.label;
        planned.descriptor = descriptor;
        planned.data = node.data;
        fill_defaults(full_schema(*descriptor), planned.data);
        planned.join = text_at(planned.data, "join") == "any" ? JoinMode::any : JoinMode::all;
        planned.on_error = on_error_of(planned.data);
        planned.timeout_ms = integer_at(planned.data, "timeoutMs", 0);
        planned.retry = retry_policy(*descriptor, planned.data);
        auto error = compile_input(planned);
        plan_->nodes.push_back(std::move(planned));
        return error;
    }

    std::optional<Error> compile_input(PlanNode& node) {
        if (!node.descriptor->input_template) return std::nullopt;
        const auto tree = node.descriptor->input_template(node.data);
        if (!tree) return std::nullopt;
        std::vector<expr::Template::Problem> problems;
        node.input = expr::Template::compile(*tree, problems);
        node.has_input = true;
        node.reads_secrets = std::ranges::any_of(node.input.holes(), [](const expr::Hole& hole) {
            const auto* path = std::get_if<expr::Path>(&hole.expression);
            return path != nullptr && is_secret(*path);
        });
        if (problems.empty()) return std::nullopt;
        return refusal(fmt::format("node '{}', {}: {}", node.id, problems.front().pointer,
                                   problems.front().message));
    }

    std::optional<Error> add_edge(const Edge& edge) {
        const auto source = plan_->find(edge.source);
        const auto target = plan_->find(edge.target);
        if (!source || !target)
            return refusal(
                fmt::format("the edge from '{}' to '{}' leads to a node that is not there",
                            edge.source, edge.target));
        const auto index = static_cast<EdgeIndex>(plan_->edges.size());
        plan_->edges.push_back({*source, *target, edge.source_handle});
        arrows_.push_back({*source, *target});
        plan_->nodes[*source].outgoing.push_back(index);
        PlanNode& to = plan_->nodes[*target];
        to.incoming.push_back(index);
        if (std::ranges::find(to.predecessors, *source) == to.predecessors.end())
            to.predecessors.push_back(*source);
        return std::nullopt;
    }

    std::optional<Error> put_in_order() {
        plan_->topological = topological_order(plan_->nodes.size(), arrows_);
        if (plan_->topological.size() != plan_->nodes.size())
            return refusal("the nodes of this flow form a cycle");
        const Reach reach(plan_->topological, arrows_);
        for (NodeIndex i = 0; i < plan_->nodes.size(); ++i) {
            // Document order, as the edges may be listed in any.
            std::ranges::sort(plan_->nodes[i].predecessors);
            plan_->nodes[i].upstream = reach.upstream(i);
        }
        return std::nullopt;
    }

    // An error branch that leads nowhere would swallow the failure.
    void drop_unconnected_branch(PlanNode& node) const {
        if (node.on_error != OnError::branch) return;
        const bool connected = std::ranges::any_of(node.outgoing, [&](EdgeIndex edge) {
            return plan_->edges[edge].source_handle == "error";
        });
        if (!connected) node.on_error = OnError::fail;
    }

    const json::object& full_schema(const NodeDescriptor& descriptor) {
        const auto [found, added] = schemas_.try_emplace(&descriptor);
        if (added) found->second = full_data_schema(descriptor);
        return found->second;
    }

    const Flow& flow_;
    const NodeTypes& types_;
    std::shared_ptr<Plan> plan_;  // handed out at the end
    std::vector<Arrow> arrows_;
    std::map<const NodeDescriptor*, json::object> schemas_;
};

}  // namespace

std::optional<NodeIndex> Plan::find(std::string_view node_id) const {
    const auto found = index_by_id.find(node_id);
    if (found == index_by_id.end()) return std::nullopt;
    return found->second;
}

Result<PlanPtr> make_plan(const Flow& flow, const NodeTypes& types, GraphId graph_id) {
    return Planner(flow, types, graph_id).make();
}

}  // namespace swiftgrid::model
