// n8n's Code, Function and Function Item: their text stays, around it stands what makes n8n's lists
// of items out of the values of SwiftGrid and back.

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/step.h"
#include "expr/tokens.h"

namespace swiftgrid::control::n8n {
namespace {

bool mentions(std::string_view code, std::string_view name) {
    expr::Tokens tokens(code);
    for (auto token = tokens.next();
         token.kind != expr::TokenKind::end && token.kind != expr::TokenKind::unclosed;
         token = tokens.next())
        if (token.kind == expr::TokenKind::identifier && token.text == name) return true;
    return false;
}

// The names of nodes the text reads, as `$('A')`, `$node["A"]` and `$items("A")`: whatever stands
// as text in it and is the name of a node.
std::set<std::string> named_nodes(std::string_view code, const Places& places) {
    std::set<std::string> names;
    if (!places.of_node) return names;
    expr::Tokens tokens(code);
    for (auto token = tokens.next();
         token.kind != expr::TokenKind::end && token.kind != expr::TokenKind::unclosed;
         token = tokens.next()) {
        std::string_view text = token.text;
        if (token.kind == expr::TokenKind::string && text.size() > 2)
            text = text.substr(1, text.size() - 2);
        else if (token.kind != expr::TokenKind::identifier)
            continue;
        if (text.size() <= limits::import_name_bytes && !names.contains(std::string(text)) &&
            places.of_node(text, ItemChoice::any))
            names.emplace(text);
    }
    return names;
}

constexpr std::string_view head = R"(// Around n8n's code: it works on lists of items.
const toItems = (value) =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value ?? {}]).map((json) => ({ json }));
const toValue = (returned) => {
  const list = (Array.isArray(returned) ? returned : returned == null ? [] : [returned]).map(
    (item) => (item && typeof item === "object" && "json" in item ? item.json : item));
  return list.length === 1 ? list[0] : list;
};
const listOf = (items) => ({
  all: () => items, first: () => items[0], last: () => items.at(-1), item: items[0],
  itemMatching: (index) => items[index], json: items[0]?.json,
});
)";

// `$node` and `$('…')` of the nodes that are read by name.
void append_nodes(std::string& out, const StepMaker& maker, std::string_view code) {
    out += "const stepResults = {\n";
    for (const std::string& name : named_nodes(code, maker.places())) {
        const auto place = maker.places().of_node(name, ItemChoice::any);
        // In brackets, so that no name means anything but itself.
        out += "  [";
        append_json_string(out, name);
        out += "]: " + place->in_code() + ",\n";
    }
    out +=
        "};\n"
        "const $ = (name) => listOf(toItems(stepResults[name]));\n"
        "const $items = (name) => toItems(name === undefined ? data : stepResults[name]);\n"
        "const $node = Object.fromEntries(\n"
        "  Object.keys(stepResults).map((name) => [name, $(name)]));\n";
}

std::string wrapped(const StepMaker& maker, std::string_view code, bool for_each) {
    std::string out(head);
    out += "const data = " + maker.input().in_code() + ";\n";
    if (mentions(code, "$") || mentions(code, "$node") || mentions(code, "$items"))
        append_nodes(out, maker, code);
    out += "const items = toItems(data);\n";
    if (mentions(code, "$now")) out += "const $now = new Date();\n";
    if (for_each) {
        out +=
            "const returned = [];\n"
            "for (const [$itemIndex, item] of items.entries()) {\n"
            "  const $json = item.json;\n"
            "  const $input = { ...listOf(items), item };\n"
            "  returned.push(await (async () => {\n";
        out += code;
        out += "\n  })());\n}\nreturn toValue(returned);\n";
        return out;
    }
    out +=
        "const $input = listOf(items);\n"
        "const $json = items[0]?.json;\n"
        "return toValue(await (async () => {\n";
    out += code;
    out += "\n})());\n";
    return out;
}

// What the code around n8n's makes; of all other names with a `$` it has none.
bool is_made(std::string_view name, bool for_each) {
    constexpr auto made = std::to_array<std::string_view>(
        {"$", "$input", "$json", "$node", "$items", "$now", "$trigger"});
    return std::ranges::find(made, name) != made.end() || (for_each && name == "$itemIndex");
}

void note_what_is_lost(StepMaker& maker, std::string_view code, bool for_each) {
    constexpr auto others = std::to_array<std::string_view>(
        {"getWorkflowStaticData", "helpers", "require", "DateTime", "Duration", "Interval"});
    std::set<std::string_view> lost;
    std::string_view before;
    expr::Tokens tokens(code);
    for (auto token = tokens.next(); token.kind != expr::TokenKind::end; token = tokens.next()) {
        if (token.kind == expr::TokenKind::unclosed) {
            maker.changed("its code cannot be read to its end", "Mend the code of this step.");
            break;
        }
        const bool is_member = before == "." && token.text != "helpers";
        before = token.text;
        if (token.kind != expr::TokenKind::identifier || is_member) continue;
        const bool is_n8n = token.text.starts_with('$') && !is_made(token.text, for_each);
        if (is_n8n || std::ranges::find(others, token.text) != others.end())
            lost.insert(cut_to_bytes(token.text, limits::import_quoted_characters));
    }
    for (const std::string_view name : lost)
        maker.changed(fmt::format("its code uses '{}', which is not here", name),
                      "Change this step so that it does without.");
}

void put_code(StepMaker& maker, std::string_view code, bool for_each) {
    if (code.empty()) code = "return items;";
    maker.step().type = "code-execution";
    maker.step().place = {maker.step().id, "", {}};
    note_what_is_lost(maker, code, for_each);
    maker.data()["code"] = wrapped(maker, code, for_each);
    if (for_each)
        maker.note(NoteSeverity::info, "it runs for each item; here one step does all of them");
}

}  // namespace

void make_code(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const std::string_view language = text_at(parameters, "language");
    if (language.starts_with("python"))
        return maker.unsupported("its code is Python", "Write it in JavaScript.");
    put_code(maker, text_at(parameters, "jsCode"),
             text_at(parameters, "mode") == "runOnceForEachItem");
}

void make_old_function(StepMaker& maker) {
    const bool for_each = maker.node().kind == "functionItem";
    const std::string code(text_at(maker.parameters(), "functionCode"));
    // Function Item's code reads and returns the item's data itself.
    put_code(maker, for_each ? "{ const item = $json;\n" + code + "\n}" : code, for_each);
}

}  // namespace swiftgrid::control::n8n
