#include <cmath>
#include <map>

#include <fmt/format.h>

#include "model/document_schema.h"
#include "model/flow_json.h"
#include "model/problem_list.h"
#include "model/schema.h"

namespace swiftgrid::model {
namespace {

std::string text_of(const json::value& value) {
    return {value.get_string().data(), value.get_string().size()};
}

// Reads nodes and edges. Every entry of the document keeps its place, also an unusable one, so that
// pointers and indices stay right; an unusable node has no id.
class GraphReader {
public:
    GraphReader(const NodeTypes& types, std::vector<Problem>& problems)
        : types_(types), list_(problems) {}

    Graph read(const json::value& document) {
        Graph graph;
        const auto* object = document.if_object();
        if (!object) {
            wrong_type("/graph", "an object", document, "Write {\"nodes\": [], \"edges\": []}.");
            return graph;
        }
        if (const auto* nodes = array_at(*object, "nodes", limits::graph_nodes))
            for (std::size_t i = 0; i < nodes->size(); ++i)
                graph.nodes.push_back(node((*nodes)[i], join_pointer("/graph/nodes", i)));
        if (const auto* edges = array_at(*object, "edges", limits::graph_edges))
            for (std::size_t i = 0; i < edges->size(); ++i)
                graph.edges.push_back(edge((*edges)[i], join_pointer("/graph/edges", i)));
        graph.budget = budget(*object);
        resolve_normal_outputs(graph);
        return graph;
    }

private:
    void wrong_type(std::string pointer, std::string_view expected, const json::value& found,
                    std::string mend) {
        list_.add({Severity::error, std::move(pointer), node_id_, "wrong_type",
                   fmt::format("expected {}, found {}", expected, kind_with_article(found)),
                   std::move(mend)});
    }

    const json::array* array_at(const json::object& graph, std::string_view name,
                                std::size_t count_max) {
        const auto* member = graph.if_contains(name);
        if (!member || member->is_null()) return nullptr;
        const std::string pointer = join_pointer("/graph", name);
        if (!member->is_array()) {
            wrong_type(pointer, "an array", *member, "Make this an array.");
            return nullptr;
        }
        if (member->get_array().size() <= count_max) return &member->get_array();
        list_.add({Severity::error, pointer, "", "too_large",
                   fmt::format("a flow has at most {} {}, this one has {}", count_max, name,
                               member->get_array().size()),
                   "Move a part of it into a sub-flow."});
        return nullptr;
    }

    // A member that must be text when it is there; "" otherwise.
    std::string text_at(const json::object& object, std::string_view name,
                        const std::string& pointer) {
        const auto* member = object.if_contains(name);
        if (member && member->is_string()) return text_of(*member);
        if (member && !member->is_null())
            wrong_type(join_pointer(pointer, name), "a string", *member,
                       fmt::format("Write '{}' as text in quotes.", name));
        return {};
    }

    // A member without which nothing can be done. "" is as good as none.
    std::string needed_text_at(const json::object& object, std::string_view name,
                               const std::string& pointer) {
        const auto* member = object.if_contains(name);
        const bool is_missing = !member || member->is_null();
        const bool is_empty = !is_missing && member->is_string() && member->get_string().empty();
        if (is_missing || is_empty)
            list_.add({Severity::error, join_pointer(pointer, name), node_id_, "missing_field",
                       fmt::format("the field '{}' is {}", name, is_empty ? "empty" : "missing"),
                       is_empty ? fmt::format("Give '{}' a value.", name)
                                : fmt::format("Add '{}'.", name)});
        return text_at(object, name, pointer);
    }

    // Nothing for what is out of range. A document may say 1000.0 or 1e3 for a whole number.
    static std::optional<std::int64_t> tokens_of(const json::value& number) {
        const double tokens = number.to_number<double>();
        if (!(tokens >= 1 && tokens <= static_cast<double>(limits::budget_tokens)))
            return std::nullopt;
        if (tokens != std::trunc(tokens)) return std::nullopt;
        return std::llround(tokens);
    }
    static std::optional<std::int64_t> nano_usd_of(const json::value& number) {
        const double usd = number.to_number<double>();
        if (!(usd >= 0 && usd <= static_cast<double>(limits::budget_usd))) return std::nullopt;
        return std::llround(usd * Budget::nano);
    }

    // Amounts that are wrong are reported, and mean no limit.
    Budget budget(const json::object& graph) {
        Budget read;
        const auto* member = graph.if_contains("budget");
        if (!member || member->is_null()) return read;
        LocatedCheck check(list_, "/graph/budget", "");
        check_against(budget_schema(), *member, "", check);
        const auto* amounts = member->if_object();
        if (!amounts) return read;
        const auto* tokens = amounts->if_contains("tokens");
        if (tokens && tokens->is_number()) read.tokens = tokens_of(*tokens);
        const auto* usd = amounts->if_contains("usd");
        if (usd && usd->is_number()) read.nano_usd = nano_usd_of(*usd);
        return read;
    }

    Node node(const json::value& document, const std::string& pointer) {
        node_id_.clear();
        Node node;
        const auto* object = document.if_object();
        if (!object) {
            wrong_type(pointer, "an object", document, "A node is {\"id\", \"type\", \"data\"}.");
            return node;
        }
        node.id = needed_text_at(*object, "id", pointer);
        node_id_ = node.id;
        node.type = needed_text_at(*object, "type", pointer);
        const NodeDescriptor* descriptor = types_.find(node.type);
        if (descriptor) node.type = descriptor->type;
        if (const auto* data = object->if_contains("data"); data && !data->is_null()) {
            if (data->is_object())
                node.data = data->get_object();
            else
                wrong_type(pointer + "/data", "an object", *data, "Make 'data' an object.");
        }
        repeated_type(node, pointer);
        if (descriptor) modernise(node, *descriptor);
        const auto* label = node.data.if_contains("label");
        node.label = label && label->is_string() ? text_of(*label) : std::string();
        if (node.label.empty()) node.label = node.id;
        position(*object, pointer);
        node_id_.clear();
        return node;
    }

    // Some documents repeat the type inside the data.
    void repeated_type(Node& node, const std::string& pointer) {
        const auto* repeated = node.data.if_contains("type");
        if (!repeated) return;
        if (repeated->is_string()) {
            const std::string name = text_of(*repeated);
            const NodeDescriptor* descriptor = types_.find(name);
            if ((descriptor ? descriptor->type : name) != node.type)
                list_.add(
                    {Severity::error, pointer + "/data/type", node.id, "invalid_value",
                     fmt::format("expected the node's type '{}', found '{}'", node.type, name),
                     "Remove it: the node's own 'type' is enough."});
        }
        node.data.stable_erase("type");
    }

    static void modernise(Node& node, const NodeDescriptor& descriptor) {
        for (const auto& [old_name, name] : descriptor.field_aliases) {
            auto* old_value = node.data.if_contains(old_name);
            if (!old_value) continue;
            json::value value = std::move(*old_value);
            node.data.stable_erase(old_name);
            if (!node.data.contains(name)) node.data[name] = std::move(value);
        }
        if (descriptor.upgrade) descriptor.upgrade(node.data);
    }

    // A place on the canvas never stops a run, so this is only a warning.
    void position(const json::object& node, const std::string& pointer) {
        const auto* position = node.if_contains("position");
        if (!position || position->is_null()) return;
        const auto* object = position->if_object();
        const auto is_finite_number = [&](std::string_view axis) {
            const auto* value = object->if_contains(axis);
            return value && value->is_number() && std::isfinite(value->to_number<double>());
        };
        if (object && is_finite_number("x") && is_finite_number("y")) return;
        list_.add({Severity::warning, pointer + "/position", node_id_, "wrong_type",
                   "expected {\"x\": number, \"y\": number}",
                   "Correct the position or leave it out: the node is then placed for you."});
    }

    Edge edge(const json::value& document, const std::string& pointer) {
        Edge edge;
        const auto* object = document.if_object();
        if (!object) {
            wrong_type(pointer, "an object", document, "An edge is {\"source\", \"target\"}.");
            return edge;
        }
        edge.source = needed_text_at(*object, "source", pointer);
        edge.target = needed_text_at(*object, "target", pointer);
        edge.source_handle = text_at(*object, "sourceHandle", pointer);
        edge.id = text_at(*object, "id", pointer);
        if (edge.id.empty())
            edge.id = edge.source + (edge.source_handle.empty() ? "" : ":" + edge.source_handle) +
                      "->" + edge.target;
        return edge;
    }

    // `success` and `out` are old names of the normal output; a router may have outputs of that
    // name.
    void resolve_normal_outputs(Graph& graph) const {
        std::map<std::string_view, const Node*> nodes;
        for (const Node& node : graph.nodes) nodes.emplace(node.id, &node);
        for (Edge& edge : graph.edges) {
            if (edge.source_handle != "success" && edge.source_handle != "out") continue;
            const auto found = nodes.find(edge.source);
            if (found == nodes.end()) continue;
            const NodeDescriptor* descriptor = types_.find(found->second->type);
            if (descriptor && !descriptor->handles) edge.source_handle.clear();
        }
    }

    const NodeTypes& types_;
    ProblemList list_;
    std::string node_id_;  // of the node being read, for problems
};

bool check_format(const json::object& document, ProblemList& list) {
    const auto* format = document.if_contains("format");
    if (format && *format != "swiftgrid.flow") {
        list.add({Severity::error, "/format", "", "unknown_format",
                  fmt::format("expected \"swiftgrid.flow\", found {}", to_json(*format)),
                  "Export the flow from SwiftGrid, or correct 'format'."});
        return false;
    }
    const auto* version = document.if_contains("formatVersion");
    if (!version && !format) return true;
    if (version && version->is_number() && version->to_number<double>() == 1) return true;
    list.add({Severity::error, "/formatVersion", "", "unsupported_format_version",
              fmt::format("expected version 1, found {}", version ? to_json(*version) : "none"),
              "Use a newer SwiftGrid, or write 1."});
    return false;
}

std::string string_member(const json::object& document, std::string_view name,
                          std::string_view otherwise) {
    const auto* member = document.if_contains(name);
    return member && member->is_string() ? text_of(*member) : std::string(otherwise);
}

json::value member_or_null(const json::object& document, std::string_view name) {
    const auto* member = document.if_contains(name);
    return member ? *member : json::value();
}

}  // namespace

std::optional<Flow> read_flow(const json::value& document, const NodeTypes& types,
                              std::vector<Problem>& problems) {
    ProblemList list(problems);
    const auto* object = document.if_object();
    if (!object) {
        list.add({Severity::error, "", "", "wrong_type",
                  fmt::format("expected an object, found {}", kind_with_article(document)),
                  "A flow document is a JSON object with a 'graph'."});
        return std::nullopt;
    }
    if (!check_format(*object, list)) return std::nullopt;
    const auto* graph = object->if_contains("graph");
    if (!graph || !graph->is_object()) {
        list.add({Severity::error, "/graph", "", graph ? "wrong_type" : "missing_field",
                  fmt::format("expected an object, found {}",
                              graph ? kind_with_article(*graph) : "nothing"),
                  "Write \"graph\": {\"nodes\": [], \"edges\": []}."});
        return std::nullopt;
    }
    LocatedCheck check(list, "", "");
    json::object rest = *object;
    rest.erase("graph");
    check_against(document_schema(), rest, "", check);

    Flow flow;
    flow.name = string_member(*object, "name", "Untitled flow");
    flow.description = string_member(*object, "description", "");
    flow.graph = read_graph(*graph, types, problems);
    flow.graph_document = *graph;
    flow.input_schema = member_or_null(*object, "inputSchema");
    flow.output_schema = member_or_null(*object, "outputSchema");
    flow.notifications = member_or_null(*object, "notifications");
    boost::system::error_code error;
    if (const auto* timeout = object->if_contains("timeoutMs"); timeout && timeout->is_number())
        flow.timeout_ms = timeout->to_number<std::int64_t>(error);
    if (error) flow.timeout_ms = 0;  // reported by the schema
    return flow;
}

Graph read_graph(const json::value& graph, const NodeTypes& types, std::vector<Problem>& problems) {
    return GraphReader(types, problems).read(graph);
}

}  // namespace swiftgrid::model
