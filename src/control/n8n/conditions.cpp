#include "control/n8n/conditions.h"

#include <algorithm>
#include <array>

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
constexpr std::array<Form, 60> forms{{
    {"string", "contains", "contains({0}, {1})"},
    {"string", "notContains", "!contains({0}, {1})"},
    {"array", "contains", "contains({0}, {1})"},
    {"array", "notContains", "!contains({0}, {1})"},
    {"", "startsWith", "String({0}).startsWith({1})"},
    {"", "notStartsWith", "!String({0}).startsWith({1})"},
    {"", "endsWith", "String({0}).endsWith({1})"},
    {"", "notEndsWith", "!String({0}).endsWith({1})"},
    {"", "regex", "matches({0}, {1})"},
    {"", "notRegex", "!matches({0}, {1})"},
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
    {"number", "equals", "Number({0}) === Number({1})"},
    {"number", "notEquals", "Number({0}) !== Number({1})"},
    {"number", "equal", "Number({0}) === Number({1})"},
    {"number", "notEqual", "Number({0}) !== Number({1})"},
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
    {"", "false", "{0} === false"},
    {"", "after", "new Date({0}) > new Date({1})"},
    {"", "before", "new Date({0}) < new Date({1})"},
    {"", "contains", "contains({0}, {1})"},
    {"", "notContains", "!contains({0}, {1})"},
    {"", "lengthEquals", "{0}?.length === {1}"},
    {"", "lengthGt", "{0}?.length > {1}"},
    {"", "lengthLt", "{0}?.length < {1}"},
    {"", "notRegexMatch", "!matches({0}, {1})"},
    {"", "regexMatch", "matches({0}, {1})"},
    {"", "lengthNotEquals", "{0}?.length !== {1}"},
}};

const Form* form_of(std::string_view type, std::string_view operation) {
    for (const Form& form : forms)
        if (form.operation == operation && (form.type.empty() || form.type == type)) return &form;
    return nullptr;
}

}  // namespace

RouterWriter::RouterWriter(StepMaker& maker) : maker_(maker), places_(maker.places()) {
    places_.spelling = [this](const DataPlace& place) { return spelled(place); };
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
    // A literal that stands for a number or a truth is often text in n8n.
    json::value literal = right;
    if (type == "number" && right.is_string() && !right.get_string().starts_with('='))
        if (const auto number = parse_json(right.get_string()); number && number->is_number())
            literal = *number;
    return fmt::format(fmt::runtime(form->form), operand(left), operand(literal));
}

std::string RouterWriter::expression(const json::object& conditions, const std::string& combined) {
    std::vector<std::string> parts;
    std::string combinator(text_at(conditions, "combinator"));
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
    // Of the first version.
    if (combinator.empty()) combinator = combined == "any" ? "or" : "and";
    for (const std::string_view type : {"string", "number", "boolean", "dateTime"})
        for (const json::value& entry : array_member(conditions, type)) {
            const auto* object = entry.if_object();
            if (!object) continue;
            const auto* left = object->if_contains("value1");
            const auto* right = object->if_contains("value2");
            std::string operation(text_at(*object, "operation"));
            if (operation.empty()) operation = type == "number" ? "smaller" : "equal";
            parts.push_back(comparison(left ? *left : json::value(""),
                                       right ? *right : json::value(""), std::string(type),
                                       operation));
        }
    if (parts.empty()) return "true";
    if (parts.size() == 1) return parts.front();
    std::string out;
    for (const std::string& part : parts)
        out += (out.empty() ? "(" : combinator == "or" ? " || (" : " && (") + part + ")";
    return out;
}

}  // namespace swiftgrid::control::n8n
