#include "model/flow_references.h"

namespace swiftgrid::model {
namespace {

json::value* member(json::value& value, std::string_view name) {
    auto* object = value.if_object();
    return object ? object->if_contains(name) : nullptr;
}

void visit_data(const NodeDescriptor& descriptor, json::value& data,
                const std::function<void(json::string&)>& visit) {
    const auto* properties = descriptor.data_schema.if_contains("properties");
    if (!properties) return;
    for (const auto& property : properties->get_object()) {
        if (!property.value().get_object().contains("x-flow")) continue;
        auto* reference = member(data, property.key());
        if (reference && reference->is_string()) visit(reference->get_string());
    }
}

}  // namespace

void visit_flow_references(json::value& document, const NodeTypes& types,
                           const std::function<void(json::string&)>& visit) {
    auto* graph = member(document, "graph");
    auto* nodes = graph ? member(*graph, "nodes") : nullptr;
    if (!nodes || !nodes->is_array()) return;
    for (json::value& node : nodes->get_array()) {
        const auto* type = member(node, "type");
        auto* data = member(node, "data");
        if (!type || !type->is_string() || !data) continue;
        if (const auto* descriptor = types.find(type->get_string()))
            visit_data(*descriptor, *data, visit);
    }
}

}  // namespace swiftgrid::model
