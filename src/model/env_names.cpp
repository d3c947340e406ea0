#include "model/env_names.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include <fmt/format.h>

#include "base/limits.h"
#include "expr/nearest_name.h"
#include "expr/template.h"
#include "model/schema.h"
#include "model/secret_paths.h"

namespace swiftgrid::model {
namespace {

void add_templates(const Node& node, const NodeDescriptor& descriptor, std::vector<EnvUse>& uses) {
    if (!descriptor.input_template) return;
    json::object data = node.data;
    fill_defaults(descriptor.data_schema, data);
    const auto tree = descriptor.input_template(data);
    if (!tree) return;
    std::vector<expr::Template::Problem> problems;
    for (EnvName& read : env_names_in(expr::Template::compile(*tree, problems)))
        uses.push_back({std::move(read.name), node.id, read.is_required});
}

// The fields of a node that its type marks so (model/schema.h).
void visit_marked(const Node& node, const NodeDescriptor& descriptor, std::string_view mark,
                  const std::function<void(const json::value&)>& visit) {
    const auto* properties = descriptor.data_schema.if_contains("properties");
    if (!properties) return;
    for (const auto& property : properties->get_object()) {
        if (!property.value().get_object().contains(mark)) continue;
        if (const auto* value = node.data.if_contains(property.key())) visit(*value);
    }
}

// The child's name and this graph's, of everything that a node hands on.
void visit_mapped(const Node& node, const NodeDescriptor& descriptor,
                  const std::function<void(std::string, std::string)>& visit) {
    visit_marked(node, descriptor, "x-secret-names", [&](const json::value& mapping) {
        if (!mapping.is_object()) return;
        for (const auto& member : mapping.get_object())
            if (member.value().is_string())
                visit(member.key(), std::string(member.value().get_string()));
    });
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

std::vector<EnvName> env_names_in(const expr::Template& input) {
    std::vector<EnvName> names;
    for (const expr::Hole& hole : input.holes()) {
        const auto* path = std::get_if<expr::Path>(&hole.expression);
        if (path == nullptr) continue;
        if (auto name = env_name(*path)) names.push_back({std::move(*name), !path->default_value});
    }
    return names;
}

std::vector<EnvUse> env_uses(const Graph& graph, const NodeTypes& types) {
    std::vector<EnvUse> uses;
    for (const Node& node : graph.nodes) {
        const NodeDescriptor* descriptor = types.find(node.type);
        if (!descriptor) continue;
        add_templates(node, *descriptor, uses);
        visit_mapped(node, *descriptor, [&](const std::string&, std::string own) {
            uses.push_back({std::move(own), node.id, true});
        });
    }
    // A use that requires the name counts before one that does not.
    std::ranges::sort(uses, [](const EnvUse& a, const EnvUse& b) {
        return std::tie(a.name, a.node_id, b.is_required) <
               std::tie(b.name, b.node_id, a.is_required);
    });
    const auto repeated = std::ranges::unique(uses, [](const EnvUse& a, const EnvUse& b) {
        return a.name == b.name && a.node_id == b.node_id;
    });
    uses.erase(repeated.begin(), repeated.end());
    return uses;
}

std::vector<EnvHandedOn> env_handed_on(const Graph& graph, const NodeTypes& types) {
    std::vector<EnvHandedOn> handed;
    for (const Node& node : graph.nodes) {
        const NodeDescriptor* descriptor = types.find(node.type);
        if (!descriptor) continue;
        visit_marked(node, *descriptor, "x-flow", [&](const json::value& flow) {
            if (!flow.is_string()) return;
            visit_mapped(node, *descriptor, [&](std::string name, const std::string&) {
                handed.push_back({std::string(flow.get_string()), std::move(name)});
            });
        });
    }
    return handed;
}

bool is_env_name(std::string_view name) {
    if (name.empty() || name.size() > limits::env_name_characters || !is_letter(name.front()))
        return false;
    return std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::string mend_of_unknown(std::string_view name, const EnvKinds& known) {
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const auto& [each, kind] : known) names.push_back(each);
    const auto nearest = expr::nearest_name(name, names);
    if (nearest)
        return fmt::format("Did you mean '{}'? Otherwise add it to the secrets.", *nearest);
    return "Add it to the secrets, or correct the name.";
}

}  // namespace swiftgrid::model
