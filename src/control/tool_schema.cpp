#include "control/tool_schema.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/limits.h"
#include "model/schema.h"

namespace swiftgrid::control {
namespace {

constexpr std::array<std::string_view, 7> type_names{"string", "number", "integer", "boolean",
                                                     "object", "array",  "null"};

bool is_type_name(const json::value& value) {
    return value.is_string() &&
           std::ranges::find(type_names, std::string_view(value.get_string())) != type_names.end();
}

bool array_has(const json::array& array, const json::value& value) {
    return std::ranges::find(array, value) != array.end();
}

// Builds one schema; `of_output` leaves out what only a caller needs.
class SchemaBuilder {
public:
    explicit SchemaBuilder(bool of_output) : of_output_(of_output) {}

    json::object build(const json::object& from) const {
        json::object made;
        copy_type(from, made);
        for (const std::string_view name : {"title", "description"})
            if (const auto* text = from.if_contains(name); text && text->is_string())
                made[name] = *text;
        // A null stands for the default in what people fill in, never in a result.
        if (const auto* standard = from.if_contains("default"); standard && !of_output_)
            made["default"] = *standard;
        // Of the alternatives one is checked, and then nothing else.
        if (const auto* any = from.if_contains("anyOf"); any && copy_alternatives(*any, made))
            return made;
        copy_values(from, made);
        copy_bounds(from, made);
        copy_members(from, made);
        if (const auto* items = from.if_contains("items"); items && items->is_object())
            made["items"] = build(items->get_object());
        return made;
    }

private:
    static void copy_type(const json::object& from, json::object& made) {
        const auto* type = from.if_contains("type");
        if (!type) return;
        if (is_type_name(*type)) made["type"] = *type;
        if (!type->is_array()) return;
        json::array types;
        for (const json::value& each : type->get_array())
            if (is_type_name(each) && !array_has(types, each)) types.push_back(each);
        if (!types.empty()) made["type"] = std::move(types);
    }

    bool copy_alternatives(const json::value& any, json::object& made) const {
        if (!any.is_array() || any.get_array().empty()) return false;
        json::array alternatives;
        for (const json::value& each : any.get_array()) {
            if (!each.is_object()) return false;
            alternatives.push_back(build(each.get_object()));
        }
        made.erase("type");
        made["anyOf"] = std::move(alternatives);
        return true;
    }

    static void copy_values(const json::object& from, json::object& made) {
        if (const auto* only = from.if_contains("const")) made["const"] = *only;
        const auto* listed = from.if_contains("enum");
        if (!listed || !listed->is_array()) return;
        json::array values;
        for (const json::value& each : listed->get_array())
            if (!array_has(values, each)) values.push_back(each);
        if (!values.empty()) made["enum"] = std::move(values);
    }

    static void copy_bounds(const json::object& from, json::object& made) {
        const auto is_finite = [](const json::value* value) {
            return value && value->is_number() && std::isfinite(value->to_number<double>());
        };
        for (const std::string_view name : {"minimum", "maximum"})
            if (const auto* bound = from.if_contains(name); is_finite(bound)) made[name] = *bound;
        for (const std::string_view name : {"minLength", "maxLength", "minItems", "maxItems"})
            if (const auto* bound = from.if_contains(name);
                bound && bound->is_int64() && bound->get_int64() >= 0)
                made[name] = *bound;
    }

    void copy_members(const json::object& from, json::object& made) const {
        json::array required;
        const auto require = [&](const json::value& name) {
            if (!array_has(required, name)) required.push_back(name);
        };
        if (const auto* names = from.if_contains("required"); names && names->is_array())
            for (const json::value& name : names->get_array())
                if (name.is_string()) require(name);
        if (const auto* members = from.if_contains("properties"); members && members->is_object()) {
            json::object properties;
            for (const auto& member : members->get_object()) {
                if (!member.value().is_object()) continue;
                const json::object& own = member.value().get_object();
                const auto* is_required = own.if_contains("required");
                if (is_required && is_required->is_bool() && is_required->get_bool())
                    require(json::string(member.key()));
                properties[member.key()] = build(own);
            }
            made["properties"] = std::move(properties);
        }
        if (!required.empty()) made["required"] = std::move(required);
        const auto* others = from.if_contains("additionalProperties");
        if (!others) return;
        if (others->is_bool()) made["additionalProperties"] = *others;
        if (others->is_object()) made["additionalProperties"] = build(others->get_object());
    }

    bool of_output_;
};

json::object any_object() { return {{"type", "object"}}; }

// Whatever the document says, a tool takes and gives an object.
json::object object_schema(const json::object& stored, bool of_output) {
    json::object root = stored;
    root["type"] = "object";
    root.erase("anyOf");
    root.erase("enum");
    root.erase("const");
    root.erase("default");
    return SchemaBuilder(of_output).build(root);
}

std::optional<json::object> read_stored(const std::optional<std::string>& stored) {
    if (!stored || stored->size() > limits::tool_schema_bytes) return std::nullopt;
    auto value = parse_json(*stored);
    if (!value || !value->is_object()) return std::nullopt;
    return std::move(value->get_object());
}

// Everything that is found is wrong here, also what a draft is only warned of.
class ValueProblems final : public model::DataCheck {
public:
    void error(std::string pointer, std::string, std::string detail, std::string mend) override {
        add(pointer, detail + ". " + mend);
    }
    void warning(std::string pointer, std::string, std::string, std::string mend) override {
        add(pointer, "there is no such member. " + mend);
    }
    bool is_full() const override { return found.size() >= limits::tool_argument_problems; }

    std::vector<std::string> found;

private:
    void add(const std::string& pointer, const std::string& what) {
        if (!is_full()) found.push_back((pointer.empty() ? "/" : pointer) + ": " + what);
    }
};

}  // namespace

json::object tool_input_schema(const std::optional<std::string>& stored) {
    const auto read = read_stored(stored);
    if (!read) return any_object();
    json::object schema = object_schema(*read, false);
    const auto* properties = schema.if_contains("properties");
    if (properties && !properties->get_object().empty() && !schema.contains("additionalProperties"))
        schema["additionalProperties"] = false;
    return schema;
}

std::optional<json::object> tool_output_schema(const std::optional<std::string>& stored) {
    const auto read = read_stored(stored);
    if (!read) return std::nullopt;
    json::object schema = object_schema(*read, true);
    const auto* properties = schema.if_contains("properties");
    if (!properties || properties->get_object().empty()) return std::nullopt;
    return schema;
}

std::vector<std::string> tool_value_problems(const json::object& schema, const json::value& value) {
    ValueProblems problems;
    model::check_against(schema, value, "", problems);
    return std::move(problems.found);
}

}  // namespace swiftgrid::control
