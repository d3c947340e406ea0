#include "control/single_node.h"

#include <algorithm>
#include <deque>
#include <set>

#include <fmt/format.h>

#include "expr/nearest_name.h"
#include "model/flow_json.h"

namespace swiftgrid::control {
namespace {

// The type of what only stands for its result.
constexpr std::string_view stand_in_type = "code-execution";

const model::Node* find_node(const model::Graph& graph, const std::string& id) {
    const auto found = std::ranges::find(graph.nodes, id, &model::Node::id);
    return found == graph.nodes.end() ? nullptr : &*found;
}

std::unexpected<Refusal> no_node(const model::Graph& graph, const std::string& id) {
    std::vector<std::string> names;
    names.reserve(graph.nodes.size());
    for (const model::Node& node : graph.nodes) names.push_back(node.id);
    const auto nearest = expr::nearest_name(id, names);
    return refuse(ErrorCode::not_found,
                  fmt::format("the draft has no node '{}'{}", id,
                              nearest ? fmt::format("; did you mean '{}'?", *nearest)
                                      : "; save the draft first"));
}

std::set<std::string> nodes_before(const model::Graph& graph, const std::string& id) {
    std::set<std::string> before;
    std::deque<std::string> open{id};
    while (!open.empty()) {
        const std::string target = std::move(open.front());
        open.pop_front();
        for (const model::Edge& edge : graph.edges)
            if (edge.target == target && edge.source != id && before.insert(edge.source).second)
                open.push_back(edge.source);
    }
    return before;
}

json::object node_json(std::string_view id, std::string_view type, json::object data) {
    return {{"id", id}, {"type", type}, {"data", std::move(data)}};
}

// A test shows what one attempt gives.
json::object without_retries(const model::Node& node, const model::NodeTypes& types) {
    json::object data = node.data;
    const auto* descriptor = types.find(node.type);
    if (descriptor && descriptor->has_outside_effect)
        data["retry"] = json::object{{"maxRetries", 0}};
    return data;
}

std::string graph_text(const model::Graph& graph, const model::Node& node,
                       const std::set<std::string>& before, const model::NodeTypes& types) {
    json::array nodes;
    nodes.push_back(node_json(node.id, node.type, without_retries(node, types)));
    for (const model::Node& other : graph.nodes)
        if (before.contains(other.id)) nodes.push_back(node_json(other.id, stand_in_type, {}));
    json::array edges;
    const auto stays = [&](const std::string& id) { return id == node.id || before.contains(id); };
    for (const model::Edge& edge : graph.edges) {
        if (edge.source == node.id || !stays(edge.source) || !stays(edge.target)) continue;
        edges.push_back(json::object{{"id", edge.id},
                                     {"source", edge.source},
                                     {"sourceHandle", edge.source_handle},
                                     {"target", edge.target}});
    }
    return canonical_json(json::object{{"nodes", std::move(nodes)}, {"edges", std::move(edges)}});
}

}  // namespace

Answer<SingleNode> cut_down(const store::FlowDraft& draft, const std::string& node_id,
                            const model::NodeTypes& types) {
    const auto document = parse_json(draft.graph);
    if (!document) return refuse(document.error());
    std::vector<model::Problem> problems;
    const model::Graph graph = model::read_graph(*document, types, problems);
    const model::Node* node = find_node(graph, node_id);
    if (!node) return no_node(graph, node_id);
    SingleNode single;
    single.pointer = fmt::format("/graph/nodes/{}", node - graph.nodes.data());
    const auto before = nodes_before(graph, node_id);
    for (const model::Node& other : graph.nodes) {
        if (!before.contains(other.id)) continue;
        single.upstream.push_back(other.id);
        const auto* pinned = other.data.if_contains("pinned");
        if (pinned && !pinned->is_null()) single.pinned.emplace(other.id, JsonText::from(*pinned));
    }
    single.document.text = graph_text(graph, *node, before, types);
    single.document.id = graph_id_of(single.document.text);
    return single;
}

}  // namespace swiftgrid::control
