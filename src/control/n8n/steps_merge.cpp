// n8n's Merge as a code step of our own writing. What people typed in n8n is an input of that code,
// never a part of it.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "control/n8n/step.h"
#include "control/n8n/text_parts.h"

namespace swiftgrid::control::n8n {
namespace {

constexpr std::string_view merge_head =
    "// Joins what comes from several sides, as n8n's Merge does.\n"
    "const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);\n"
    "const value = (items) => (items.length === 1 ? items[0] : items);\n";

constexpr std::string_view merge_fields_head =
    R"(const at = (item, path) => path.split(".").reduce((x, step) => x?.[step], item);
const fits = (a, b) =>
  INPUT.keys.every(([left, right]) => at(a, left) !== undefined && at(a, left) === at(b, right));
const matching1 = side1.filter((a) => side2.some((b) => fits(a, b)));
const matching2 = side2.filter((b) => side1.some((a) => fits(a, b)));
const others1 = side1.filter((a) => !matching1.includes(a));
const others2 = side2.filter((b) => !matching2.includes(b));
const joined = matching1.flatMap((a) =>
  side2.filter((b) => fits(a, b)).map((b) => ({ ...a, ...b })));
const enriched1 = side1.flatMap((a) =>
  matching1.includes(a) ? side2.filter((b) => fits(a, b)).map((b) => ({ ...a, ...b })) : [a]);
const enriched2 = side2.flatMap((b) =>
  matching2.includes(b) ? side1.filter((a) => fits(a, b)).map((a) => ({ ...a, ...b })) : [b]);
)";

// How two sides are joined by fields, and what is handed on; of the first version, too.
struct Join {
    std::string_view mode;
    std::string_view from;
    std::string_view result;
};

constexpr auto joins = std::to_array<Join>({
    {"keepMatches", "both", "joined"},
    {"keepMatches", "input1", "matching1"},
    {"keepMatches", "input2", "matching2"},
    {"keepNonMatches", "both", "[...others1, ...others2]"},
    {"keepNonMatches", "input1", "others1"},
    {"keepNonMatches", "input2", "others2"},
    {"keepEverything", "both", "[...enriched1, ...others2]"},
    {"enrichInput1", "both", "enriched1"},
    {"enrichInput2", "both", "enriched2"},
    {"mergeByKey", "both", "enriched1"},
    {"keepKeyMatches", "both", "matching1"},
    {"removeKeyMatches", "both", "others1"},
});

// Empty where none of the steps before ran.
std::string side_in_code(const StepMaker& maker, std::size_t index) {
    const auto& inputs = maker.inputs();
    if (index >= inputs.size() || !inputs[index]) return "undefined";
    return inputs[index]->in_code();
}

std::size_t side_count(const StepMaker& maker) {
    return std::max<std::size_t>(2, maker.inputs().size());
}

std::string sides(const StepMaker& maker) {
    std::string code(merge_head);
    for (std::size_t i = 0; i < side_count(maker); ++i)
        code += fmt::format("const side{} = list({});\n", i + 1, side_in_code(maker, i));
    return code;
}

json::value plain_name(StepMaker& maker, std::string_view name) {
    return maker.convert(json::value(without_blanks(name)));
}

// Pairs of the names of a field on either side.
json::array merge_keys(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    json::array keys;
    const std::string_view simple = text_at(parameters, "fieldsToMatchString");
    for (std::size_t begin = 0; begin < simple.size();) {
        const auto comma = std::min(simple.find(',', begin), simple.size());
        json::value name = plain_name(maker, simple.substr(begin, comma - begin));
        if (name != "") keys.push_back(json::array{name, name});
        begin = comma + 1;
    }
    for (const char* list : {"fieldsToMatch", "mergeByFields"})
        for (const json::value& entry : array_member(object_member(parameters, list), "values"))
            if (const auto* object = entry.if_object())
                keys.push_back(json::array{plain_name(maker, text_at(*object, "field1")),
                                           plain_name(maker, text_at(*object, "field2"))});
    if (const auto first = text_at(parameters, "propertyName1"); !first.empty())
        keys.push_back(json::array{plain_name(maker, first),
                                   plain_name(maker, text_at(parameters, "propertyName2"))});
    return keys;
}

void put_code_of_merge(StepMaker& maker, const std::string& code) {
    maker.step().type = "code-execution";
    maker.step().place = {maker.step().id, "", {}};
    maker.data()["code"] = code;
}

void merge_by_fields(StepMaker& maker, std::string_view mode) {
    const json::object& parameters = maker.parameters();
    std::string_view join = mode;
    std::string_view from = "both";
    if (mode == "combine") {
        join = text_at(parameters, "joinMode");
        if (join.empty()) join = "keepMatches";
        if (const auto wanted = text_at(parameters, "outputDataFrom");
            !wanted.empty() && (join == "keepMatches" || join == "keepNonMatches"))
            from = wanted;
    }
    const auto found = std::ranges::find_if(
        joins, [&](const Join& each) { return each.mode == join && each.from == from; });
    json::array keys = merge_keys(maker);
    if (found == joins.end() || keys.empty())
        return maker.unsupported(keys.empty() ? "it joins by fields, and names none"
                                              : fmt::format("its way of joining '{}'", join),
                                 "Write the join in JavaScript.");
    maker.data()["inputs"] = json::object{{"keys", std::move(keys)}};
    put_code_of_merge(maker, sides(maker) + std::string(merge_fields_head) +
                                 fmt::format("return value({});\n", found->result));
}

// The side whose data goes on.
void merge_choice(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const std::string_view output = text_at(parameters, "output");
    std::int64_t side = output == "input2" ? 2 : 1;
    if (const auto* chosen = parameters.if_contains("useDataOfInput")) {
        const json::value number =
            chosen->is_string() ? parse_inner(chosen->get_string()) : *chosen;
        if (number.is_int64()) side = number.get_int64();
    }
    const auto count = static_cast<std::int64_t>(side_count(maker));
    side = std::clamp<std::int64_t>(side, 1, count);
    put_code_of_merge(maker, output == "empty"
                                 ? "return {};\n"
                                 : sides(maker) + fmt::format("return value(side{});\n", side));
}

std::string names_of_sides(const StepMaker& maker) {
    std::string names;
    for (std::size_t i = 0; i < side_count(maker); ++i)
        names += fmt::format("{}side{}", i == 0 ? "" : ", ", i + 1);
    return names;
}

// The first of each side are one, the second of each, and so on.
void merge_by_position(StepMaker& maker, std::string_view join) {
    std::string_view length = "Math.min(...all.map((side) => side.length))";
    if (join == "outer") length = "Math.max(...all.map((side) => side.length))";
    if (join == "left") length = "side1.length";
    put_code_of_merge(
        maker,
        sides(maker) + fmt::format("const all = [{}];\n"
                                   "const length = {};\n"
                                   "return value(Array.from({{ length }}, (_, i) =>\n"
                                   "  Object.assign({{}}, ...all.map((side) => side[i]))));\n",
                                   names_of_sides(maker), length));
}

}  // namespace

void make_merge(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const std::string_view mode = text_at(parameters, "mode");
    std::string_view combine = text_at(parameters, "combineBy");
    if (combine.empty()) combine = text_at(parameters, "combinationMode");
    const json::object options = object_member(parameters, "options");
    maker.name_left_out(options, {"includeUnpaired"});
    if (mode == "combineBySql" || mode == "wait")
        return maker.unsupported(fmt::format("it merges with '{}'", mode),
                                 "Write it in JavaScript.");
    if (mode.empty() || mode == "append")
        return put_code_of_merge(
            maker, sides(maker) + "return value([].concat(" + names_of_sides(maker) + "));\n");
    if (mode == "chooseBranch" || mode == "passThrough") return merge_choice(maker);
    if (mode == "mergeByIndex") {
        const std::string_view join = text_at(parameters, "join");
        return merge_by_position(maker, join.empty() ? "left" : join);
    }
    if (combine == "combineByPosition" || combine == "mergeByPosition")
        return merge_by_position(maker,
                                 flag_at(options, "includeUnpaired", false) ? "outer" : "inner");
    if (mode == "multiplex" || combine == "combineAll" || combine == "multiplex")
        return put_code_of_merge(
            maker, sides(maker) +
                       "return value(side1.flatMap((a) => side2.map((b) => ({ ...a, ...b }))));\n");
    merge_by_fields(maker, mode);
}

}  // namespace swiftgrid::control::n8n
