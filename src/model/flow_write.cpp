#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "model/flow_json.h"

namespace swiftgrid::model {
namespace {

constexpr double coordinate_max = 1e9;

json::value rounded(const json::value* coordinate) {
    if (!coordinate || !coordinate->is_number()) return 0;
    const double number = coordinate->to_number<double>();
    return std::isfinite(number) ? std::llround(std::clamp(number, -coordinate_max, coordinate_max))
                                 : 0;
}

json::object write_position(const json::object* given) {
    const auto* member = given ? given->if_contains("position") : nullptr;
    const auto* position = member ? member->if_object() : nullptr;
    if (!position) return {{"x", 0}, {"y", 0}};
    return {{"x", rounded(position->if_contains("x"))}, {"y", rounded(position->if_contains("y"))}};
}

// What a canvas remembers about a node or an edge for the moment is no part of the flow.
constexpr std::array<std::string_view, 3> momentary = {"selected", "dragging", "measured"};

void keep_unknown(json::object& out, const json::object* given,
                  std::span<const std::string_view> known) {
    if (!given) return;
    for (const auto& member : *given) {
        const std::string_view name = member.key();
        if (out.contains(name) || std::ranges::find(known, name) != known.end()) continue;
        if (std::ranges::find(momentary, name) != momentary.end()) continue;
        out[name] = member.value();
    }
}

// The entry of the document that was read as number `index`, for its members that we do not know.
const json::object* given_entry(const Flow& flow, std::string_view list, std::size_t index) {
    const auto* graph = flow.graph_document.if_object();
    const auto* member = graph ? graph->if_contains(list) : nullptr;
    const auto* array = member ? member->if_array() : nullptr;
    return array && index < array->size() ? (*array)[index].if_object() : nullptr;
}

json::object write_node(const Node& node, const json::object* given) {
    static constexpr std::array<std::string_view, 4> known = {"id", "type", "position", "data"};
    json::object out{{"id", node.id},
                     {"type", node.type},
                     {"position", write_position(given)},
                     {"data", node.data}};
    keep_unknown(out, given, known);
    return out;
}

json::object write_edge(const Edge& edge, const json::object* given) {
    static constexpr std::array<std::string_view, 4> known = {"id", "source", "sourceHandle",
                                                              "target"};
    json::object out{{"id", edge.id}, {"source", edge.source}};
    if (!edge.source_handle.empty()) out["sourceHandle"] = edge.source_handle;
    out["target"] = edge.target;
    keep_unknown(out, given, known);
    return out;
}

json::object write_graph(const Flow& flow) {
    static constexpr std::array<std::string_view, 2> known = {"nodes", "edges"};
    json::array nodes;
    for (std::size_t i = 0; i < flow.graph.nodes.size(); ++i)
        nodes.push_back(write_node(flow.graph.nodes[i], given_entry(flow, "nodes", i)));
    json::array edges;
    for (std::size_t i = 0; i < flow.graph.edges.size(); ++i)
        edges.push_back(write_edge(flow.graph.edges[i], given_entry(flow, "edges", i)));
    json::object out{{"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
    keep_unknown(out, flow.graph_document.if_object(), known);
    return out;
}

}  // namespace

json::object write_flow(const Flow& flow) {
    json::object out{{"format", "swiftgrid.flow"},
                     {"formatVersion", 1},
                     {"name", flow.name},
                     {"description", flow.description},
                     {"graph", write_graph(flow)}};
    if (!flow.input_schema.is_null()) out["inputSchema"] = flow.input_schema;
    if (!flow.output_schema.is_null()) out["outputSchema"] = flow.output_schema;
    if (flow.timeout_ms != 0) out["timeoutMs"] = flow.timeout_ms;
    if (!flow.notifications.is_null()) out["notifications"] = flow.notifications;
    return out;
}

}  // namespace swiftgrid::model
