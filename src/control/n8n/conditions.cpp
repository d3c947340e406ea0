#include "control/n8n/conditions.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/json_fields.h"

namespace swiftgrid::control::n8n {
namespace {

struct Form {
    std::string_view type;  // "" for all
    std::string_view operation;
    std::string_view form;  // {0} left, {1} right
};

// Names of the second version and, where they differ, of the first.
constexpr auto forms = std::to_array<Form>({
    {"string", "contains", "contains({0}, {1})"},
    {"string", "notContains", "!contains({0}, {1})"},
    {"array", "contains", "contains({0}, {1})"},
    {"array", "notContains", "!contains({0}, {1})"},
    {"", "startsWith", "String({0} ?? \"\").startsWith({1})"},
    {"", "notStartsWith", "!String({0} ?? \"\").startsWith({1})"},
    {"", "endsWith", "String({0} ?? \"\").endsWith({1})"},
    {"", "notEndsWith", "!String({0} ?? \"\").endsWith({1})"},
    {"", "regex", "matches({0} ?? \"\", {1})"},
    {"", "notRegex", "!matches({0} ?? \"\", {1})"},
    {"", "exists", "{0} !== undefined && {0} !== null"},
    {"", "notExists", "{0} === undefined || {0} === null"},
    {"array", "empty", "!({0}?.length > 0)"},
    {"array", "notEmpty", "{0}?.length > 0"},
    {"object", "empty", "Object.keys({0} ?? {{}}).length === 0"},
    {"object", "notEmpty", "Object.keys({0} ?? {{}}).length > 0"},
    {"", "empty", "({0} ?? \"\") === \"\""},
    {"", "notEmpty", "({0} ?? \"\") !== \"\""},
    {"", "isEmpty", "({0} ?? \"\") === \"\""},
    {"", "isNotEmpty", "({0} ?? \"\") !== \"\""},
    {"dateTime", "equals", "new Date({0}).getTime() === new Date({1}).getTime()"},
    {"dateTime", "notEquals", "new Date({0}).getTime() !== new Date({1}).getTime()"},
    {"dateTime", "after", "new Date({0}) > new Date({1})"},
    {"dateTime", "before", "new Date({0}) < new Date({1})"},
    {"dateTime", "afterOrEquals", "new Date({0}) >= new Date({1})"},
    {"dateTime", "beforeOrEquals", "new Date({0}) <= new Date({1})"},
    {"array", "lengthEquals", "{0}?.length === {1}"},
    {"array", "lengthNotEquals", "{0}?.length !== {1}"},
    {"array", "lengthGt", "{0}?.length > {1}"},
    {"array", "lengthLt", "{0}?.length < {1}"},
    {"array", "lengthGte", "{0}?.length >= {1}"},
    {"array", "lengthLte", "{0}?.length <= {1}"},
    {"", "equals", "{0} === {1}"},
    {"", "notEquals", "{0} !== {1}"},
    {"", "equal", "{0} === {1}"},
    {"", "notEqual", "{0} !== {1}"},
    {"", "gt", "{0} > {1}"},
    {"", "gte", "{0} >= {1}"},
    {"", "lt", "{0} < {1}"},
    {"", "lte", "{0} <= {1}"},
    {"", "larger", "{0} > {1}"},
    {"", "largerEqual", "{0} >= {1}"},
    {"", "smaller", "{0} < {1}"},
    {"", "smallerEqual", "{0} <= {1}"},
    {"", "true", "{0} === true"},
    {"", "false", "!{0}"},
    {"", "after", "new Date({0}) > new Date({1})"},
    {"", "before", "new Date({0}) < new Date({1})"},
    {"", "contains", "contains({0}, {1})"},
    {"", "notContains", "!contains({0}, {1})"},
});

const Form* form_of(std::string_view type, std::string_view operation) {
    for (const Form& form : forms)
        if (form.operation == operation && (form.type.empty() || form.type == type)) return &form;
    return nullptr;
}

// A literal that stands for a number or a truth is often text in n8n.
json::value literal_of(const json::value& right, std::string_view type) {
    if ((type != "number" && type != "boolean") || !right.is_string() ||
        right.get_string().starts_with('='))
        return right;
    const auto read = parse_json(right.get_string());
    return read && (read->is_number() || read->is_bool()) ? *read : right;
}

// n8n leaves out what is as it was in the form.
json::value old_value(const json::object& condition, std::string_view name, std::string_view type) {
    if (const auto* value = condition.if_contains(name)) return *value;
    if (type == "number") return 0;
    if (type == "boolean") return false;
    return "";
}

std::string old_operation(const json::object& condition, std::string_view type) {
    const std::string_view operation = text_at(condition, "operation");
    if (!operation.empty()) return std::string(operation);
    if (type == "number") return "smaller";
    return type == "dateTime" ? "after" : "equal";
}

}  // namespace

RouterWriter::RouterWriter(StepMaker& maker) : maker_(maker), places_(maker.places()) {
    places_.spelling = [this](const DataPlace& place) { return spelled(place); };
    places_.knows_secrets = false;
}

std::string RouterWriter::spelled(const DataPlace& place) {
    if (place == maker_.input()) return uses_object_ ? "value.data" : "value";
    if (std::ranges::find(others_, place) == others_.end()) others_.push_back(place);
    const auto index = std::ranges::find(others_, place) - others_.begin();
    return fmt::format("value.other{}", index + 1);
}

std::string RouterWriter::route_by() const {
    if (!uses_object_) return maker_.input_hole();
    std::string out = "{{ ({ data: " + maker_.input().in_template();
    for (std::size_t i = 0; i < others_.size(); ++i)
        out += fmt::format(", other{}: {}", i + 1, others_[i].in_template());
    return out + " }) }}";
}

std::string RouterWriter::operand(const json::value& value) {
    Converted converted = convert_operand(value, places_);
    maker_.lose(converted.lost);
    return std::move(converted.text);
}

// n8n takes a pattern alone, or /pattern/flags.
std::string RouterWriter::regular_expression(const json::value& pattern) {
    const std::string_view text = pattern.is_string() ? std::string_view(pattern.get_string()) : "";
    const std::size_t end = text.rfind('/');
    const bool has_flags = text.starts_with('/') && end > 0 &&
                           text.find_first_not_of("gimsuy", end + 1) == std::string_view::npos;
    if (!has_flags) return operand(pattern);
    return fmt::format("new RegExp({}, {})", JsonText::string(text.substr(1, end - 1)).view(),
                       JsonText::string(text.substr(end + 1)).view());
}

std::string RouterWriter::comparison(const json::value& left, const json::value& right,
                                     const std::string& type, const std::string& operation) {
    const Form* form = form_of(type, operation);
    if (!form) {
        maker_.changed(
            fmt::format("its comparison '{}' of '{}' has no counterpart; it is false now",
                        operation, type),
            "Write that condition anew.");
        return "false";
    }
    const json::value literal = literal_of(right, type);
    const bool is_pattern = operation == "regex" || operation == "notRegex";
    std::string a = operand(left);
    std::string b = is_pattern ? regular_expression(right) : operand(literal);
    const bool needs_value = operation != "exists" && operation != "notExists" &&
                             !operation.ends_with("mpty") && !is_pattern;
    if (needs_value && options_.is_loose) {
        if (type == "number") {
            a = "Number(" + a + " ?? NaN)";
            if (!literal.is_number()) b = "Number(" + b + " ?? NaN)";
        } else if (type == "boolean") {
            a = R"(["true", "1"].includes(String()" + a + ").toLowerCase())";
        }
    }
    if (needs_value && type == "string" && (options_.is_loose || options_.ignores_case)) {
        const char* lower = options_.ignores_case ? ".toLowerCase()" : "";
        a = "String(" + a + " ?? \"\")" + lower;
        b = "String(" + b + " ?? \"\")" + lower;
    }
    if (is_pattern && options_.ignores_case) a = "String(" + a + " ?? \"\").toLowerCase()";
    return fmt::format(fmt::runtime(form->form), a, b);
}

CompareOptions RouterWriter::options_of(const json::object& conditions) const {
    const json::object own = object_member(conditions, "options");
    const json::object& parameters = maker_.parameters();
    const json::object of_node = object_member(parameters, "options");
    CompareOptions options;
    options.ignores_case = !flag_at(own, "caseSensitive", !flag_at(of_node, "ignoreCase", false));
    options.is_loose = text_at(own, "typeValidation") == "loose" ||
                       flag_at(parameters, "looseTypeValidation", false) ||
                       flag_at(of_node, "looseTypeValidation", false);
    return options;
}

std::vector<std::string> RouterWriter::new_conditions(const json::object& conditions) {
    std::vector<std::string> parts;
    options_ = options_of(conditions);
    for (const json::value& entry : array_member(conditions, "conditions")) {
        const auto* object = entry.if_object();
        if (!object) continue;
        const json::object of = object_member(*object, "operator");
        const auto member = [&](const char* name) {
            const auto* found = object->if_contains(name);
            return found ? *found : json::value();
        };
        parts.push_back(comparison(member("leftValue"), member("rightValue"),
                                   std::string(text_at(of, "type")),
                                   std::string(text_at(of, "operation"))));
    }
    options_ = {};
    return parts;
}

// Of the first version: a list of each type.
std::vector<std::string> RouterWriter::old_conditions(const json::object& conditions) {
    std::vector<std::string> parts;
    for (const std::string_view type : {"string", "number", "boolean", "dateTime"})
        for (const json::value& entry : array_member(conditions, type))
            if (const auto* object = entry.if_object())
                parts.push_back(comparison(old_value(*object, "value1", type),
                                           old_value(*object, "value2", type), std::string(type),
                                           old_operation(*object, type)));
    return parts;
}

std::string RouterWriter::expression(const json::object& conditions, const std::string& combined) {
    std::vector<std::string> parts = new_conditions(conditions);
    std::ranges::move(old_conditions(conditions), std::back_inserter(parts));
    std::string_view combinator = text_at(conditions, "combinator");
    if (combinator.empty()) combinator = combined == "any" || combined == "OR" ? "or" : "and";
    if (parts.empty()) return combinator == "or" ? "false" : "true";
    if (parts.size() == 1) return parts.front();
    std::string out;
    for (const std::string& part : parts)
        out += (out.empty() ? "(" : combinator == "or" ? " || (" : " && (") + part + ")";
    return out;
}

}  // namespace swiftgrid::control::n8n
