// n8n's Code, Function and Function Item: their text stays, around it stands what makes n8n's lists
// of items out of the values of SwiftGrid and back.

#include <functional>
#include <set>

#include <fmt/format.h>

#include "base/json_fields.h"
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
std::set<std::string> named_nodes(std::string_view code, const Source& source) {
    std::set<std::string, std::less<>> known;
    for (const SourceNode& node : source.nodes) known.insert(node.name);
    std::set<std::string> names;
    expr::Tokens tokens(code);
    for (auto token = tokens.next();
         token.kind != expr::TokenKind::end && token.kind != expr::TokenKind::unclosed;
         token = tokens.next()) {
        std::string_view text = token.text;
        if (token.kind == expr::TokenKind::string && text.size() > 2)
            text = text.substr(1, text.size() - 2);
        else if (token.kind != expr::TokenKind::identifier)
            continue;
        if (known.contains(text)) names.emplace(text);
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
    for (const std::string& name : named_nodes(code, maker.source())) {
        const auto place = maker.places().of_node ? maker.places().of_node(name) : std::nullopt;
        if (!place) continue;
        out += "  ";
        append_json_string(out, name);
        out += ": " + place->in_code() + ",\n";
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
    if (mentions(code, "$execution")) out += "const $execution = { id: undefined };\n";
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

void note_what_is_lost(StepMaker& maker, std::string_view code) {
    for (const auto& [name, what] :
         {std::pair{"$getWorkflowStaticData", "data that n8n keeps between runs"},
          std::pair{"getWorkflowStaticData", "data that n8n keeps between runs"},
          std::pair{"$helpers", "n8n's helpers"}, std::pair{"require", "modules"},
          std::pair{"DateTime", "the library Luxon; Date and dates are here"},
          std::pair{"$jmespath", "JMESPath"}, std::pair{"$env", "secrets"},
          std::pair{"$vars", "variables"}, std::pair{"$execution", "the id of the execution"}})
        if (mentions(code, name))
            maker.changed(fmt::format("its code uses '{}': {}", name, what),
                          "Change this step so that it does without.");
}

void put_code(StepMaker& maker, std::string_view code, bool for_each) {
    if (code.empty()) code = "return items;";
    maker.step().type = "code-execution";
    maker.step().place = {maker.step().id, "", {}};
    note_what_is_lost(maker, code);
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
