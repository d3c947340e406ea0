#include "nodes/router/route.h"

namespace swiftgrid::nodes::router {
namespace {

std::string text_at(const json::object& object, std::string_view name) {
    const json::value* member = object.if_contains(name);
    return member && member->is_string() ? std::string(member->get_string()) : std::string();
}

}  // namespace

std::vector<Condition> conditions_of(const model::PlanNode& node) {
    std::vector<Condition> conditions;
    const json::value* list = node.data.if_contains("conditions");
    if (!list || !list->is_array()) return conditions;
    for (const json::value& entry : list->get_array())
        if (const json::object* object = entry.if_object())
            conditions.push_back({text_at(*object, "id"), text_at(*object, "expression")});
    return conditions;
}

bool stops_at_first_match(const model::PlanNode& node) {
    return text_at(node.data, "mode") != "broadcast";
}

JsonText routed_value(const JsonText& input) {
    return input.child(std::string("value")).value_or(JsonText());
}

Route route(const model::PlanNode& node, const JsonText& value, std::vector<std::string> matched) {
    Route route;
    route.outputs = std::move(matched);
    if (std::string fallback = text_at(node.data, "defaultOutput");
        route.outputs.empty() && !fallback.empty())
        route.outputs.push_back(std::move(fallback));
    std::string out = "{\"matched_outputs\":[";
    for (std::size_t i = 0; i < route.outputs.size(); ++i) {
        if (i > 0) out += ',';
        append_json_string(out, route.outputs[i]);
    }
    out += "],\"evaluated_value\":";
    out += value.view();
    out += '}';
    route.result = JsonText::trusted(std::move(out));
    return route;
}

}  // namespace swiftgrid::nodes::router
