#include "model/validate.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/limits.h"
#include "expr/nearest_name.h"
#include "model/common_data.h"
#include "model/flow_json.h"
#include "model/order.h"
#include "model/problem_list.h"
#include "model/schema.h"
#include "model/validate_document.h"
#include "model/validate_templates.h"

namespace swiftgrid::model {
namespace {

constexpr std::string_view reserved_ids[] = {"previous", "prev", "trigger", "input",
                                             "webhook",  "map",  "item",    "index"};

bool is_id_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

class Validator {
public:
    Validator(const Flow& flow, const NodeTypes& types, const Surroundings& surroundings,
              ProblemList list)
        : graph_(flow.graph), types_(types), surroundings_(surroundings), list_(list) {}

    void run() {
        if (graph_.nodes.empty())
            list_.add({Severity::error, "/graph/nodes", "", "empty_graph", "this flow has no nodes",
                       "Add a node."});
        collect_types();
        for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) identity(i);
        for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) data(i);
        for (std::size_t i = 0; i < graph_.edges.size(); ++i) edge(i);
        for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) error_branch(i);
        order();
    }

private:
    void collect_types() {
        for (const Node& node : graph_.nodes) descriptors_.push_back(types_.find(node.type));
        for (const NodeDescriptor& descriptor : types_.all())
            schemas_.emplace(&descriptor, full_data_schema(descriptor));
        connected_errors_.assign(graph_.nodes.size(), false);
    }

    std::string pointer_of(std::uint32_t index) const {
        return join_pointer("/graph/nodes", index);
    }

    void error(std::string pointer, const std::string& node_id, std::string code,
               std::pair<std::string, std::string> detail_and_mend) {
        list_.add({Severity::error, std::move(pointer), node_id, std::move(code),
                   std::move(detail_and_mend.first), std::move(detail_and_mend.second)});
    }

    // The id and the type. A node without an id was reported when it was read.
    void identity(std::uint32_t index) {
        const Node& node = graph_.nodes[index];
        if (node.id.empty()) return;
        const std::string pointer = pointer_of(index) + "/id";
        if (!index_by_id_.emplace(node.id, index).second)
            error(pointer, node.id, "duplicate_id",
                  {fmt::format("another node has the id '{}' too", node.id),
                   "Give one of them another id."});
        check_id(node.id, pointer);
        if (descriptors_[index] || node.type.empty()) return;
        std::vector<std::string> names;
        for (const NodeDescriptor& descriptor : types_.all()) names.push_back(descriptor.type);
        const auto nearest = expr::nearest_name(node.type, names);
        error(pointer_of(index) + "/type", node.id, "unknown_node_type",
              {fmt::format("the type '{}' is unknown", node.type),
               nearest ? fmt::format("Did you mean '{}'?", *nearest)
                       : fmt::format("Use one of {}.", fmt::join(names, ", "))});
    }

    void check_id(const std::string& id, const std::string& pointer) {
        if (id.size() > limits::node_id_characters)
            error(pointer, id, "too_large",
                  {fmt::format("an id has at most {} characters, this one has {}",
                               limits::node_id_characters, id.size()),
                   "Choose a shorter id."});
        if (id.front() == '$' || std::ranges::find(reserved_ids, id) != std::end(reserved_ids))
            return error(pointer, id, "reserved_id",
                         {fmt::format("'{}' already means something else in placeholders", id),
                          "Choose another id."});
        if (!std::ranges::all_of(id, is_id_byte) || id.front() == '-')
            error(pointer, id, "invalid_id",
                  {fmt::format("expected letters, digits, _ and -, found '{}'", id),
                   "Placeholders name this id: leave out blanks, dots and signs."});
    }

    void data(std::uint32_t index) {
        const Node& node = graph_.nodes[index];
        const NodeDescriptor* descriptor = descriptors_[index];
        if (!descriptor) return;
        LocatedCheck check(list_, pointer_of(index) + "/data", node.id);
        check_against(schemas_.at(descriptor), node.data, "", check);
        if (descriptor->check) descriptor->check(node.data, check);
        if (!descriptor->available)
            check.warning(
                "", "type_not_available",
                fmt::format("this version cannot run nodes of the type '{}' yet", descriptor->type),
                "The flow can be saved and published; it starts with a later version.");
        if (!descriptor->has_outside_effect && node.data.contains("retry"))
            check.warning(
                "/retry", "no_effect",
                fmt::format("nodes of the type '{}' are never repeated", descriptor->type),
                "Remove 'retry'.");
    }

    void edge(std::size_t index) {
        const Edge& edge = graph_.edges[index];
        const std::string pointer = join_pointer("/graph/edges", index);
        if (!edge.id.empty() && !edge_ids_.insert(edge.id).second)
            error(pointer + "/id", "", "duplicate_id",
                  {fmt::format("another edge has the id '{}' too", edge.id),
                   "Give one of them another id, or leave it out."});
        const auto source = end_of_edge(edge.source, pointer + "/source");
        const auto target = end_of_edge(edge.target, pointer + "/target");
        if (source) output(edge, *source, pointer);
        if (!source || !target) return;
        if (*source == *target)
            return error(pointer, edge.source, "self_edge",
                         {fmt::format("this edge leads from '{}' to itself", edge.source),
                          "Remove it; to repeat something use a map."});
        arrows_.push_back({*source, *target});
        if (!edge_ends_.insert({*source, edge.source_handle, *target}).second)
            list_.add(
                {Severity::warning, pointer, edge.source, "duplicate_edge",
                 fmt::format("another edge leads from '{}' to '{}' too", edge.source, edge.target),
                 "Remove one of them."});
    }

    std::optional<std::uint32_t> end_of_edge(const std::string& node_id, std::string pointer) {
        const auto found = index_by_id_.find(node_id);
        if (found != index_by_id_.end()) return found->second;
        // An end that is no text or empty was reported when the edge was read.
        if (node_id.empty()) return std::nullopt;
        std::vector<std::string> names;
        if (list_.wants_suggestions())
            for (const auto& [id, index] : index_by_id_) names.push_back(id);
        const auto nearest = expr::nearest_name(node_id, names);
        error(std::move(pointer), "", "dangling_edge",
              {fmt::format("there is no node '{}'", node_id),
               nearest ? fmt::format("Did you mean '{}'?", *nearest) : "Remove this edge."});
        return std::nullopt;
    }

    void output(const Edge& edge, std::uint32_t source, const std::string& pointer) {
        const NodeDescriptor* descriptor = descriptors_[source];
        if (!descriptor) return;
        const std::string handle_pointer = pointer + "/sourceHandle";
        const Node& node = graph_.nodes[source];
        const auto outputs = outputs_of(*descriptor, node.data);
        std::vector<std::string> names;
        names.reserve(outputs.size());
        for (const Handle& handle : outputs) names.push_back(handle.id);
        if (std::ranges::find(names, edge.source_handle) != names.end()) return;
        if (edge.source_handle == "error" && descriptor->can_fail) {
            connected_errors_[source] = true;
            if (branches(node)) return;
            return error(handle_pointer, node.id, "unknown_handle",
                         {fmt::format("'{}' has no output 'error', because its onError is not "
                                      "'branch'",
                                      node.id),
                          "Set its error handling to 'branch', or remove this edge."});
        }
        const std::string choice = names.empty()
                                       ? "Add an output to that node."
                                       : fmt::format("Choose one of its outputs: {}.",
                                                     fmt::join(shown_handles(names), ", "));
        if (edge.source_handle.empty())
            return error(handle_pointer, node.id, "missing_source_handle",
                         {fmt::format("an edge from '{}' must say which output it leaves", node.id),
                          choice});
        error(handle_pointer, node.id, "unknown_handle",
              {fmt::format("'{}' has no output '{}'", node.id, edge.source_handle), choice});
    }

    static std::vector<std::string> shown_handles(std::vector<std::string> names) {
        for (std::string& name : names)
            if (name.empty()) name = "the normal one (no sourceHandle)";
        return names;
    }

    static bool branches(const Node& node) {
        const auto* on_error = node.data.if_contains("onError");
        return on_error && *on_error == "branch";
    }

    void error_branch(std::uint32_t index) {
        const Node& node = graph_.nodes[index];
        const NodeDescriptor* descriptor = descriptors_[index];
        if (!descriptor || !descriptor->can_fail || !branches(node)) return;
        if (connected_errors_[index]) return;
        error(pointer_of(index) + "/data/onError", node.id, "error_branch_unconnected",
              {fmt::format("'{}' shall branch on an error, but no edge leaves its output 'error'",
                           node.id),
               "Draw an edge from 'error', or choose 'fail' or 'continue'."});
    }

    // Cycles, and what needs to know who comes before whom.
    void order() {
        const auto cycle = find_cycle(graph_.nodes.size(), arrows_);
        std::optional<Reach> reach;
        if (cycle.empty())
            reach.emplace(topological_order(graph_.nodes.size(), arrows_), arrows_);
        else
            report(cycle);
        const TemplateContext context{.graph = graph_,
                                      .index_by_id = index_by_id_,
                                      .arrows = arrows_,
                                      .reach = reach ? &*reach : nullptr,
                                      .surroundings = surroundings_,
                                      .awaits_signal = [&](std::string_view node_id) {
                                          const auto found = index_by_id_.find(node_id);
                                          if (found == index_by_id_.end()) return false;
                                          const NodeDescriptor* type = descriptors_[found->second];
                                          return type != nullptr && type->awaits_signal;
                                      }};
        for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
            if (!descriptors_[i] || graph_.nodes[i].id.empty()) continue;
            validate_templates(context, i, *descriptors_[i], list_);
            other_documents(i, reach ? &*reach : nullptr);
        }
    }

    void report(const std::vector<std::uint32_t>& cycle) {
        constexpr std::size_t named_max = 10;
        std::string way;
        for (std::size_t i = 0; i < std::min(cycle.size(), named_max); ++i)
            way += graph_.nodes[cycle[i]].id + " → ";
        if (cycle.size() > named_max) way += "… → ";
        way += graph_.nodes[cycle.front()].id;
        error(pointer_of(cycle.front()), graph_.nodes[cycle.front()].id, "cycle",
              {fmt::format("these nodes wait for each other: {}", way),
               "Remove one of the edges between them; to repeat something use a map."});
    }

    // Fields marked `x-flow` and `x-secret-names` (model/schema.h).
    void other_documents(std::uint32_t index, const Reach* reach) {
        const NodeDescriptor& descriptor = *descriptors_[index];
        const auto* properties = descriptor.data_schema.if_contains("properties");
        if (!properties) return;
        const Node& node = graph_.nodes[index];
        for (const auto& property : properties->get_object()) {
            const json::object& schema = property.value().get_object();
            const auto* value = node.data.if_contains(property.key());
            if (!value) continue;
            const std::string pointer = join_pointer(pointer_of(index) + "/data", property.key());
            if (schema.contains("x-flow") && value->is_string() && !value->get_string().empty())
                other_flow(node, index, {std::string(value->get_string()), pointer}, reach);
            if (schema.contains("x-secret-names") && value->is_object())
                mapped_secrets(node, value->get_object(), pointer);
        }
    }

    void other_flow(const Node& node, std::uint32_t index,
                    const std::pair<std::string, std::string>& id_and_pointer, const Reach* reach) {
        const auto& [flow_id, pointer] = id_and_pointer;
        if (flow_id == surroundings_.flow_id) {
            if (reach && !behind_a_choice(index, *reach))
                error(pointer, node.id, "sub_flow_recursion",
                      {fmt::format("'{}' starts this flow again, always, without an end", node.id),
                       "Put a router before it that ends the recursion."});
        } else if (surroundings_.flow_exists && !surroundings_.flow_exists(flow_id)) {
            error(pointer, node.id, "unknown_flow",
                  {fmt::format("there is no flow '{}'", flow_id), "Choose a flow that exists."});
        }
    }

    // A node whose outputs depend on its data decides whether what follows runs.
    bool behind_a_choice(std::uint32_t index, const Reach& reach) const {
        return std::ranges::any_of(reach.upstream(index), [&](std::uint32_t candidate) {
            return descriptors_[candidate] && descriptors_[candidate]->handles != nullptr;
        });
    }

    void mapped_secrets(const Node& node, const json::object& mapping, const std::string& pointer) {
        if (!surroundings_.env) return;
        for (const auto& member : mapping) {
            if (!member.value().is_string()) continue;
            const std::string name(member.value().get_string());
            if (surroundings_.env->contains(name)) continue;
            error(join_pointer(pointer, member.key()), node.id, "unknown_secret",
                  {fmt::format("there is no secret '{}'", name),
                   mend_of_unknown(name, *surroundings_.env)});
        }
    }

    const Graph& graph_;
    const NodeTypes& types_;
    const Surroundings& surroundings_;
    ProblemList list_;
    std::vector<const NodeDescriptor*> descriptors_;  // of each node; null when unknown
    std::map<const NodeDescriptor*, json::object> schemas_;
    std::map<std::string, std::uint32_t, std::less<>> index_by_id_;
    std::vector<Arrow> arrows_;
    std::vector<bool> connected_errors_;  // an edge leaves the node's output `error`
    std::set<std::string> edge_ids_;
    std::set<std::tuple<std::uint32_t, std::string, std::uint32_t>> edge_ends_;
};

}  // namespace

std::vector<Problem> validate(const Flow& flow, const NodeTypes& types,
                              const Surroundings& surroundings, std::vector<ScriptText>* scripts) {
    std::vector<Problem> problems;
    validate_document(flow, surroundings.env, problems);
    Validator(flow, types, surroundings, ProblemList(problems, scripts)).run();
    return problems;
}

ValidatedFlow read_and_validate(const json::value& document, const NodeTypes& types,
                                const Surroundings& surroundings) {
    ValidatedFlow result;
    result.flow = read_flow(document, types, result.problems);
    if (!result.flow) return result;
    for (Problem& problem : validate(*result.flow, types, surroundings, &result.scripts)) {
        // Reading has already reported the form of these parts.
        const bool repeated = std::ranges::find(result.problems, problem) != result.problems.end();
        if (!repeated && result.problems.size() < limits::problems)
            result.problems.push_back(std::move(problem));
    }
    return result;
}

}  // namespace swiftgrid::model
