// n8n's Set, Split Out, Aggregate, Limit and Merge as code steps of our own writing. What people
// typed in n8n are inputs of that code, never a part of it.

#include <fmt/format.h>

#include "base/json_fields.h"
#include "control/n8n/step.h"

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
const out = INPUT.keep ? { ...INPUT.keep } : {};
for (const { name, value, type } of INPUT.fields) set(out, name, typed(value, type), INPUT.dots);
return out;
)";

constexpr std::string_view json_set_code =
    R"(// The fields of one JSON object, as in n8n's Edit Fields.
const given = typeof INPUT.json === "string" ? JSON.parse(INPUT.json) : INPUT.json;
return { ...(INPUT.keep ?? {}), ...given };
)";

constexpr std::string_view split_code =
    R"(// A list of a field's elements, as n8n's Split Out makes it.
const list = Array.isArray(INPUT.list) ? INPUT.list : Object.values(INPUT.list ?? {});
return list;
)";

constexpr std::string_view aggregate_code =
    R"(// One object of all items, as n8n's Aggregate makes it.
const items = Array.isArray(INPUT.items) ? INPUT.items : [INPUT.items];
if (INPUT.fields === null) return { [INPUT.into]: items };
const out = {};
for (const { from, to } of INPUT.fields) {
  out[to] = items.map((item) => from.split(".").reduce((value, step) => value?.[step], item));
}
return out;
)";

constexpr std::string_view limit_code = R"(// Some of the items, as n8n's Limit keeps them.
const items = Array.isArray(INPUT.items) ? INPUT.items : [INPUT.items];
return INPUT.last ? items.slice(-INPUT.count) : items.slice(0, INPUT.count);
)";

struct Field {
    std::string name;
    json::value value;
    std::string type;
};

std::string_view type_of_old(std::string_view list) {
    if (list == "number" || list == "numberValue") return "number";
    if (list == "boolean" || list == "booleanValue") return "boolean";
    return "";
}

// Of all versions: assignments, { values: { string: [{ name, value }] } } and { fields: … }.
std::vector<Field> fields_of(StepMaker& maker) {
    std::vector<Field> fields;
    const json::object& parameters = maker.parameters();
    for (const json::value& entry :
         array_member(object_member(parameters, "assignments"), "assignments")) {
        const auto* object = entry.if_object();
        if (!object || text_at(*object, "name").empty()) continue;
        fields.push_back({std::string(text_at(*object, "name")), maker.value_of(*object, "value"),
                          std::string(text_at(*object, "type"))});
    }
    for (const auto& list : object_member(parameters, "values")) {
        const auto* entries = list.value().if_array();
        if (!entries) continue;
        for (const json::value& entry : *entries) {
            const auto* object = entry.if_object();
            if (!object) continue;
            std::string_view type = type_of_old(list.key());
            std::string member = "value";
            if (const auto named = text_at(*object, "type"); !named.empty()) {
                member = named;  // "stringValue"
                type = type_of_old(named);
            }
            fields.push_back({std::string(text_at(*object, "name")),
                              maker.value_of(*object, member), std::string(type)});
        }
    }
    return fields;
}

bool keeps_other_fields(const StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    if (maker.node().version < 3) return !flag_at(parameters, "keepOnlySet", false);
    if (text_at(parameters, "include") == "none") return false;
    return flag_at(parameters, "includeOtherFields",
                   maker.node().version < 3.3 && parameters.contains("include"));
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

// Empty where none of the steps before ran.
std::string input_in_code(const StepMaker& maker, std::size_t index) {
    const auto& inputs = maker.inputs();
    if (index >= inputs.size() || !inputs[index]) return "undefined";
    return inputs[index]->in_code();
}

constexpr std::string_view merge_head =
    "// Joins what comes from two sides, as n8n's Merge does.\n"
    "const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);\n"
    "const value = (items) => (items.length === 1 ? items[0] : items);\n";

std::string merge_code(StepMaker& maker, const std::string& mode, const json::array& keys) {
    std::string code(merge_head);
    for (std::size_t i = 0; i < std::max<std::size_t>(2, maker.inputs().size()); ++i)
        code += fmt::format("const side{} = list({});\n", i + 1, input_in_code(maker, i));
    if (mode == "position")
        return code +
               "const length = Math.min(side1.length, side2.length);\n"
               "return value(side1.slice(0, length).map((item, i) => ({ ...item, ...side2[i] "
               "})));\n";
    if (mode == "all")
        return code + "return value(side1.flatMap((a) => side2.map((b) => ({ ...a, ...b }))));\n";
    if (mode == "choose") return code + "return value(side1.length > 0 ? side1 : side2);\n";
    if (mode == "fields")
        return code + "const keys = " + to_json(keys) +
               ";\n"
               "const at = (item, path) => path.split(\".\").reduce((x, step) => x?.[step], "
               "item);\n"
               "const fits = (a, b) => keys.every(([left, right]) => at(a, left) === at(b, "
               "right));\n"
               "return value(side1.flatMap((a) =>\n"
               "  side2.filter((b) => fits(a, b)).map((b) => ({ ...a, ...b }))));\n";
    code += "return value([].concat(";
    for (std::size_t i = 0; i < std::max<std::size_t>(2, maker.inputs().size()); ++i)
        code += fmt::format("{}side{}", i == 0 ? "" : ", ", i + 1);
    return code + "));\n";
}

// Pairs of the names of a field on either side.
json::array merge_keys(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    json::array keys;
    const std::string_view simple = text_at(parameters, "fieldsToMatchString");
    for (std::size_t begin = 0; begin < simple.size();) {
        const auto comma = std::min(simple.find(',', begin), simple.size());
        std::string name(simple.substr(begin, comma - begin));
        std::erase(name, ' ');
        if (!name.empty()) keys.push_back(json::array{name, name});
        begin = comma + 1;
    }
    for (const char* list : {"fieldsToMatch", "mergeByFields"})
        for (const json::value& entry : array_member(object_member(parameters, list), "values")) {
            const auto* object = entry.if_object();
            if (object)
                keys.push_back(json::array{text_at(*object, "field1"), text_at(*object, "field2")});
        }
    return keys;
}

}  // namespace

void make_set(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    json::object inputs;
    if (keeps_other_fields(maker)) inputs["keep"] = maker.input_hole();
    const json::object options = object_member(parameters, "options");
    if (text_at(parameters, "mode") == "raw") {
        inputs["json"] = maker.value("jsonOutput");
        return begin_code(maker, std::move(inputs), json_set_code);
    }
    json::array fields;
    for (Field& field : fields_of(maker))
        fields.push_back(json::object{
            {"name", field.name}, {"value", std::move(field.value)}, {"type", field.type}});
    inputs["fields"] = std::move(fields);
    inputs["dots"] = flag_at(options, "dotNotation", true);
    begin_code(maker, std::move(inputs), set_code);
}

void make_split_out(StepMaker& maker) {
    const std::string_view field = text_at(maker.parameters(), "fieldToSplitOut");
    begin_code(maker, {{"list", field_hole(maker, field.substr(0, field.find(',')))}}, split_code);
    if (field.find(',') != std::string_view::npos)
        maker.changed("it splits several fields; only the first one is here", "Add the others.");
    const std::string_view include = text_at(maker.parameters(), "include");
    if (!include.empty() && include != "noOtherFields")
        maker.changed("the other fields are not repeated in each element",
                      "Read them from the step before.");
}

void make_aggregate(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    json::object inputs{{"items", maker.input_hole()}, {"fields", nullptr}};
    if (text_at(parameters, "aggregate") == "aggregateAllItemData") {
        const std::string_view into = text_at(parameters, "destinationFieldName");
        inputs["into"] = into.empty() ? "data" : into;
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
        fields.push_back(json::object{{"from", from}, {"to", to}});
    }
    inputs["fields"] = std::move(fields);
    inputs["into"] = "data";
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

void make_merge(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const std::string mode(text_at(parameters, "mode"));
    std::string combine(text_at(parameters, "combineBy"));
    if (combine.empty()) combine = text_at(parameters, "combinationMode");
    if (mode == "combineBySql")
        return maker.unsupported("it merges with SQL", "Write it in JavaScript.");
    std::string form = "append";
    if (mode == "mergeByIndex" || combine == "combineByPosition" || combine == "mergeByPosition")
        form = "position";
    else if (mode == "multiplex" || combine == "combineAll" || combine == "multiplex")
        form = "all";
    else if (mode == "chooseBranch" || mode == "passThrough")
        form = "choose";
    else if (mode == "combine" || mode == "mergeByKey" || combine == "mergeByFields")
        form = "fields";
    json::array keys = merge_keys(maker);
    const std::string_view join = text_at(parameters, "joinMode");
    if (form == "fields" && !join.empty() && join != "keepMatches")
        maker.changed(fmt::format("its way of joining '{}' is an inner join here", join),
                      "Change the code of this step.");
    maker.step().type = "code-execution";
    maker.step().place = {maker.step().id, "", {}};
    maker.data()["code"] = merge_code(maker, form, keys);
}

}  // namespace swiftgrid::control::n8n
