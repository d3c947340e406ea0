// n8n's Set, Split Out, Aggregate and Limit as code steps of our own writing. What people
// typed in n8n are inputs of that code, never a part of it.

#include <algorithm>

#include "base/json_fields.h"
#include "control/n8n/step.h"
#include "control/n8n/text_parts.h"

namespace swiftgrid::control::n8n {
namespace {

constexpr std::string_view set_code = R"(// Fields as n8n's Edit Fields sets them.
const set = (target, name, value, dots) => {
  const steps = dots ? name.split(".") : [name];
  const last = steps.pop();
  let at = target;
  for (const step of steps) at = at[step] = { ...(at[step] ?? {}) };
  at[last] = value;
};
const typed = (value, type) => {
  if (type === "number" && typeof value === "string" && value.trim() !== "") return Number(value);
  if (type === "boolean" && typeof value === "string") return value === "true";
  if (type === "string" && value !== null && typeof value !== "string") {
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  if ((type === "array" || type === "object") && typeof value === "string") return JSON.parse(value);
  return value;
};
const isKept = ([name]) =>
  INPUT.only ? INPUT.only.includes(name) : !(INPUT.without ?? []).includes(name);
const out = Object.fromEntries(Object.entries(INPUT.keep ?? {}).filter(isKept));
for (const { name, value, type } of INPUT.fields) set(out, name, typed(value, type), INPUT.dots);
return out;
)";

constexpr std::string_view json_set_code =
    R"(// The fields of one JSON object, as in n8n's Edit Fields.
const given = typeof INPUT.json === "string" ? JSON.parse(INPUT.json) : INPUT.json;
const isKept = ([name]) =>
  INPUT.only ? INPUT.only.includes(name) : !(INPUT.without ?? []).includes(name);
return { ...Object.fromEntries(Object.entries(INPUT.keep ?? {}).filter(isKept)), ...given };
)";

constexpr std::string_view split_code =
    R"(// A list of a field's elements, as n8n's Split Out makes it.
const { list } = INPUT;
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const values = Array.isArray(list) ? list : isObject(list) ? Object.values(list) : [list ?? []].flat();
return values.map((value) =>
  INPUT.into === "" && isObject(value) ? value : { [INPUT.into || INPUT.field]: value });
)";

constexpr std::string_view aggregate_code =
    R"(// One object of all items, as n8n's Aggregate makes it.
const items = Array.isArray(INPUT.items) ? INPUT.items : [INPUT.items];
if (INPUT.fields === null) return { [INPUT.into]: items };
const out = {};
const at = (item, path) => path.split(".").reduce((value, step) => value?.[step], item);
for (const { from, to } of INPUT.fields) {
  let list = items.map((item) => at(item, from));
  if (!INPUT.missing) list = list.filter((value) => value !== undefined && value !== null);
  out[to] = INPUT.merge ? list.flat() : list;
}
return out;
)";

constexpr std::string_view limit_code = R"(// Some of the items, as n8n's Limit keeps them.
const items = Array.isArray(INPUT.items) ? INPUT.items : [INPUT.items];
return INPUT.last ? items.slice(-INPUT.count) : items.slice(0, INPUT.count);
)";

struct Field {
    json::value name;  // may be an expression
    json::value value;
    std::string type;
};

// "stringValue" of version 3, "string" of the ones before.
std::string_view type_of_old(std::string_view list) {
    for (const std::string_view type : {"string", "number", "boolean", "array", "object"})
        if (list == type || (list.starts_with(type) && list.substr(type.size()) == "Value"))
            return type;
    return "";
}

// { values: { string: [{ name, value }], number: … } }, of versions 1 and 2.
void add_fields_by_type(StepMaker& maker, std::vector<Field>& fields) {
    for (const auto& list : object_member(maker.parameters(), "values")) {
        const auto* entries = list.value().if_array();
        if (!entries) continue;
        for (const json::value& entry : *entries)
            if (const auto* object = entry.if_object())
                fields.push_back({maker.value_of(*object, "name"), maker.value_of(*object, "value"),
                                  std::string(type_of_old(list.key()))});
    }
}

// { fields: { values: [{ name, type: "numberValue", numberValue }] } }, of the first of version 3.
void add_typed_fields(StepMaker& maker, std::vector<Field>& fields) {
    for (const json::value& entry :
         array_member(object_member(maker.parameters(), "fields"), "values")) {
        const auto* object = entry.if_object();
        if (!object) continue;
        std::string_view member = text_at(*object, "type");
        if (member.empty()) member = "stringValue";
        fields.push_back({maker.value_of(*object, "name"), maker.value_of(*object, member),
                          std::string(type_of_old(member))});
    }
}

std::vector<Field> fields_of(StepMaker& maker) {
    std::vector<Field> fields;
    for (const json::value& entry :
         array_member(object_member(maker.parameters(), "assignments"), "assignments")) {
        const auto* object = entry.if_object();
        if (!object || text_at(*object, "name").empty()) continue;
        fields.push_back({maker.value_of(*object, "name"), maker.value_of(*object, "value"),
                          std::string(type_of_old(text_at(*object, "type")))});
    }
    add_fields_by_type(maker, fields);
    add_typed_fields(maker, fields);
    std::erase_if(fields, [](const Field& field) { return !field.name.is_string(); });
    return fields;
}

json::array names_in(StepMaker& maker, std::string_view list) {
    json::array names;
    for (std::size_t begin = 0; begin < list.size();) {
        const auto comma = std::min(list.find(',', begin), list.size());
        const std::string_view name = without_blanks(list.substr(begin, comma - begin));
        if (!name.empty()) names.push_back(maker.convert(json::value(name)));
        begin = comma + 1;
    }
    return names;
}

// The fields that it hands on besides its own.
void put_kept(StepMaker& maker, json::object& inputs) {
    const json::object& parameters = maker.parameters();
    const double version = maker.node().version;
    constexpr double version_with_include = 3;
    constexpr double version_with_flag = 3.3;
    const std::string_view include = text_at(parameters, "include");
    bool keeps = include != "none";
    if (version < version_with_include) keeps = !flag_at(parameters, "keepOnlySet", false);
    if (version >= version_with_flag) keeps = flag_at(parameters, "includeOtherFields", false);
    if (!keeps) return;
    inputs["keep"] = maker.input_hole();
    if (version < version_with_include) return;
    if (include == "selected")
        inputs["only"] = names_in(maker, text_at(parameters, "includeFields"));
    if (include == "except")
        inputs["without"] = names_in(maker, text_at(parameters, "excludeFields"));
}

void begin_code(StepMaker& maker, json::object inputs, std::string_view code) {
    maker.step().type = "code-execution";
    maker.step().place = {maker.step().id, "", {}};
    maker.data()["inputs"] = std::move(inputs);
    maker.data()["code"] = code;
}

// A field of the input, named as in n8n: "data.items".
std::string field_hole(const StepMaker& maker, std::string_view name) {
    std::string out = "{{" + maker.input().in_template();
    while (!name.empty()) {
        const auto dot = std::min(name.find('.'), name.size());
        out += '[';
        append_json_string(out, name.substr(0, dot));
        out += ']';
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return out + " ?? null}}";
}

}  // namespace

void make_set(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    json::object inputs;
    put_kept(maker, inputs);
    const json::object options = object_member(parameters, "options");
    maker.name_left_out(options, {"dotNotation"});
    if (integer_at(parameters, "duplicateCount", 0) > 0)
        maker.changed("it makes several items of each; here it makes one", "");
    if (text_at(parameters, "mode") == "raw") {
        inputs["json"] = maker.json_text("jsonOutput");
        return begin_code(maker, std::move(inputs), json_set_code);
    }
    json::array fields;
    for (Field& field : fields_of(maker))
        fields.push_back(json::object{{"name", std::move(field.name)},
                                      {"value", std::move(field.value)},
                                      {"type", field.type}});
    inputs["fields"] = std::move(fields);
    inputs["dots"] = flag_at(options, "dotNotation", true);
    begin_code(maker, std::move(inputs), set_code);
}

void make_split_out(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const json::object options = object_member(parameters, "options");
    std::string_view field = text_at(parameters, "fieldToSplitOut");
    if (field.starts_with('='))
        return maker.unsupported("which field it splits is an expression",
                                 "Write a code step that gives the list.");
    if (field.find(',') != std::string_view::npos)
        maker.changed("it splits several fields; only the first one is here", "Add the others.");
    field = without_blanks(field.substr(0, field.find(',')));
    const std::string_view include = text_at(parameters, "include");
    if (!include.empty() && include != "noOtherFields")
        maker.changed("the other fields are not repeated in each element",
                      "Read them from the step before.");
    maker.name_left_out(options, {"destinationFieldName"});
    begin_code(maker,
               {{"list", field_hole(maker, field)},
                {"field", maker.convert(json::value(field))},
                {"into", maker.convert(json::value(text_at(options, "destinationFieldName")))}},
               split_code);
}

void make_aggregate(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const json::object options = object_member(parameters, "options");
    maker.name_left_out(options, {"keepMissing", "mergeLists"});
    json::object inputs{{"items", maker.input_hole()}, {"fields", nullptr}};
    if (text_at(parameters, "aggregate") == "aggregateAllItemData") {
        const std::string_view into = text_at(parameters, "destinationFieldName");
        const std::string_view include = text_at(parameters, "include");
        if (!include.empty() && include != "allFields")
            maker.changed("it takes only some of the fields; here it takes all of them",
                          "Choose the fields in the code of this step.");
        inputs["into"] = maker.convert(json::value(into.empty() ? "data" : into));
        return begin_code(maker, std::move(inputs), aggregate_code);
    }
    json::array fields;
    for (const json::value& entry :
         array_member(object_member(parameters, "fieldsToAggregate"), "fieldToAggregate")) {
        const auto* object = entry.if_object();
        if (!object) continue;
        const std::string_view from = text_at(*object, "fieldToAggregate");
        const bool is_renamed = flag_at(*object, "renameField", false);
        const std::string_view to =
            is_renamed ? text_at(*object, "outputFieldName") : from.substr(from.rfind('.') + 1);
        fields.push_back(json::object{{"from", maker.convert(json::value(from))},
                                      {"to", maker.convert(json::value(to))}});
    }
    inputs["fields"] = std::move(fields);
    inputs["missing"] = flag_at(options, "keepMissing", false);
    inputs["merge"] = flag_at(options, "mergeLists", false);
    begin_code(maker, std::move(inputs), aggregate_code);
}

void make_limit(StepMaker& maker) {
    json::value count = maker.value("maxItems");
    if (count.is_null()) count = 1;
    begin_code(maker,
               {{"items", maker.input_hole()},
                {"count", std::move(count)},
                {"last", text_at(maker.parameters(), "keep") == "lastItems"}},
               limit_code);
}

}  // namespace swiftgrid::control::n8n
