#include "nodes/router/node.h"

#include <array>
#include <set>

#include <fmt/format.h>

#include "base/limits.h"
#include "nodes/data_fields.h"
#include "nodes/script_check.h"

namespace swiftgrid::nodes::router {
namespace {

constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "routeBy": {
      "type": "string", "title": "Route by", "default": "", "x-template": true,
      "x-control": "template",
      "description": "The value that the conditions look at, usually one placeholder."
    },
    "conditions": {
      "type": "array", "title": "Conditions", "default": [], "maxItems": 100,
      "items": {
        "type": "object", "required": ["id", "expression"],
        "properties": {
          "id": {"type": "string", "minLength": 1, "maxLength": 128},
          "label": {"type": ["string", "null"], "maxLength": 200},
          "expression": {"type": "string", "minLength": 1, "maxLength": 10000},
          "color": {"enum": ["green", "orange", "red", "blue", "gray", null]}
        },
        "additionalProperties": false
      }
    },
    "defaultOutput": {
      "type": ["string", "null"], "title": "Default output", "default": "default",
      "maxLength": 128,
      "description": "Taken when no condition is true. Empty: then nothing follows."
    },
    "mode": {
      "type": "string", "title": "Mode", "enum": ["first_match", "broadcast"],
      "default": "first_match",
      "description": "The first condition that is true, or all of them."
    }
  }
})json";

void upgrade(json::object& data) {
    if (text_at(data, "mode") == "all_matches") data["mode"] = "broadcast";
}

const json::array* conditions_in(const json::object& data) {
    const auto* conditions = data.if_contains("conditions");
    return conditions ? conditions->if_array() : nullptr;
}

// Absent means "default", empty or null means none.
std::string default_output_of(const json::object& data) {
    if (!data.contains("defaultOutput")) return "default";
    return std::string(text_at(data, "defaultOutput"));
}

std::string color_of(const json::object& condition, std::size_t index) {
    static constexpr std::array<std::string_view, 5> by_position = {"green", "orange", "red",
                                                                    "blue", "gray"};
    const std::string_view chosen = text_at(condition, "color");
    return std::string(chosen.empty() ? by_position[index % by_position.size()] : chosen);
}

std::vector<model::Handle> handles(const json::object& data) {
    std::vector<model::Handle> handles;
    if (const auto* conditions = conditions_in(data)) {
        for (std::size_t i = 0; i < conditions->size(); ++i) {
            const auto* condition = (*conditions)[i].if_object();
            if (!condition || text_at(*condition, "id").empty()) continue;
            const std::string id(text_at(*condition, "id"));
            const std::string label(text_at(*condition, "label"));
            handles.push_back({id, label.empty() ? id : label, color_of(*condition, i)});
        }
    }
    const std::string fallback = default_output_of(data);
    if (!fallback.empty()) handles.push_back({fallback, "Otherwise", "gray"});
    return handles;
}

void check_condition(const json::object& condition, const std::string& pointer,
                     std::set<std::string>& taken, model::DataCheck& check) {
    const std::string id(text_at(condition, "id"));
    if (id == "error")
        check.error(pointer + "/id", "reserved_id", "'error' is the output for failures",
                    "Choose another id for this condition.");
    if (!id.empty() && !taken.insert(id).second)
        check.error(pointer + "/id", "duplicate_id",
                    fmt::format("another output of this router is named '{}' too", id),
                    "Give each condition an id of its own, different from the default output.");
    check_script(pointer + "/expression", model::ScriptForm::expression,
                 text_at(condition, "expression"), check);
}

void check(const json::object& data, model::DataCheck& check) {
    const std::string fallback = default_output_of(data);
    std::set<std::string> taken;
    if (!fallback.empty()) taken.insert(fallback);
    if (fallback == "error")
        check.error("/defaultOutput", "reserved_id", "'error' is the output for failures",
                    "Choose another name for the default output.");
    const auto* conditions = conditions_in(data);
    if (conditions && conditions->size() <= limits::router_conditions) {
        for (std::size_t i = 0; i < conditions->size(); ++i)
            if (const auto* condition = (*conditions)[i].if_object())
                check_condition(*condition, fmt::format("/conditions/{}", i), taken, check);
    }
    if (taken.empty())
        check.warning("/conditions", "no_outputs", "this router has no output",
                      "Add a condition or a default output.");
}

std::optional<json::value> input_template(const json::object& data) {
    const auto* value = data.if_contains("routeBy");
    return json::object{{"value", value ? *value : json::value("")}};
}

}  // namespace

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "router";
    descriptor.aliases = {"ROUTER"};
    descriptor.label = "Router";
    descriptor.icon = "split";
    descriptor.category = "logic";
    descriptor.summary = "Chooses which way the flow goes on.";
    descriptor.data_schema = model::schema_literal(schema);
    descriptor.field_aliases = {
        {"route_by", "routeBy"}, {"default_output", "defaultOutput"}, {"routerMode", "mode"}};
    descriptor.upgrade = upgrade;
    descriptor.handles = handles;
    descriptor.check = check;
    descriptor.input_template = input_template;
    descriptor.input_pointers = {{"/value", "/routeBy"}};
    return descriptor;
}

}  // namespace swiftgrid::nodes::router
