// What WorkflowConverter writes down: the document, and what it tells about it.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/workflow.h"

namespace swiftgrid::control::n8n {
namespace {

// n8n draws from left to right, we from top to bottom.
constexpr double across = 1.5;
constexpr double down = 0.6;
constexpr double row = 65;

}  // namespace

WorkflowConverter::Position WorkflowConverter::place_on_canvas(const SourceNode& node,
                                                               int rows_below) {
    return {node.y * across, node.x * down + row * rows_below};
}

void WorkflowConverter::note(const SourceNode* node, NoteSeverity severity, std::string reason,
                             std::string mend) {
    ImportNote out{severity, name_, "", "", "", std::move(reason), std::move(mend)};
    if (node) {
        out.node = node->name;
        out.pointer = node->pointer;
        if (const auto id = id_by_node_.find(index_by_name_.at(node->name));
            id != id_by_node_.end())
            out.node_id = id->second;
    }
    file_.report.add(std::move(out));
}

void WorkflowConverter::report_cut() {
    if (shape_.is_cut_short)
        note(nullptr, NoteSeverity::error, "there are too many connections; some were left out",
             "Divide the workflow in n8n.");
    for (const ShapeEdge& edge : shape_.cut)
        note(&source_.nodes[edge.source], NoteSeverity::error,
             fmt::format("it leads back to '{}', which repeats steps in n8n; that connection was "
                         "left out",
                         source_.nodes[edge.target].name),
             "Use the retries of a step, or a map over another workflow.");
}

// What has no step of its own.
void WorkflowConverter::report_others(const std::set<std::size_t>& members) {
    std::set<std::size_t> parts;
    for (const PartLink& part : source_.parts) parts.insert(part.part);
    for (const std::size_t index : members) {
        const SourceNode& node = source_.nodes[index];
        const NodeRole role = role_of(node);
        if (role == NodeRole::step || role == NodeRole::loop || role == NodeRole::trigger) continue;
        NodeOutcome outcome = NodeOutcome::removed;
        if (role == NodeRole::passed && node.is_disabled)
            note(&node, NoteSeverity::warning,
                 "it is switched off in n8n and was left out; what it joined is joined",
                 "Add it again if it is needed.");
        if (role == NodeRole::part && !parts.contains(index)) {
            outcome = NodeOutcome::unsupported;
            note(&node, NoteSeverity::warning, "it belongs to no other node and was left out");
        }
        file_.report.add(ImportedNode{name_, node.name, "", node.type, "", outcome});
    }
}

// The originals of the nodes that are a part of it, and of their parts: a model, tools.
json::array WorkflowConverter::parts_of(std::size_t node) const {
    std::set<std::size_t> known{node};
    std::vector<std::size_t> wholes{node};
    json::array parts;
    for (std::size_t i = 0; i < wholes.size(); ++i)
        for (const PartLink& link : source_.parts) {
            if (link.whole != wholes[i] || !known.insert(link.part).second) continue;
            wholes.push_back(link.part);
            parts.push_back(source_.nodes[link.part].original);
        }
    return parts;
}

json::object WorkflowConverter::graph_of() const {
    json::array nodes;
    for (const MadeStep& made : made_) {
        json::object node{
            {"id", made.step.id},
            {"type", made.step.type},
            {"position",
             {{"x", std::llround(made.position.x)}, {"y", std::llround(made.position.y)}}},
            {"data", made.step.data}};
        if (made.step.keeps_original) {
            node["n8n"] = source_.nodes[made.node].original;
            if (json::array parts = parts_of(made.node); !parts.empty())
                node["n8nParts"] = std::move(parts);
        }
        nodes.push_back(std::move(node));
    }
    json::array edges;
    for (const MadeEdge& edge : edges_) {
        json::object out{{"id", edge.source + (edge.handle.empty() ? "" : ":" + edge.handle) +
                                    "->" + edge.target},
                         {"source", edge.source}};
        if (!edge.handle.empty()) out["sourceHandle"] = edge.handle;
        out["target"] = edge.target;
        edges.push_back(std::move(out));
    }
    return {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
}

json::object WorkflowConverter::document_of(const std::set<std::size_t>& members) const {
    std::string notes;
    for (const std::size_t node : members)
        if (role_of(source_.nodes[node]) == NodeRole::note)
            if (const auto text = text_at(source_.nodes[node].parameters, "content"); !text.empty())
                notes += (notes.empty() ? "" : "\n\n") + std::string(text);
    return {{"format", "swiftgrid.flow"},
            {"formatVersion", 1},
            {"id", id_},
            {"name", cut_to_bytes(name_, limits::import_name_bytes)},
            {"description", cut_to_bytes(notes, limits::import_description_bytes)},
            {"graph", graph_of()}};
}

}  // namespace swiftgrid::control::n8n
