// docs/nodes has a page per node type, written from its descriptor and its example, and is never
// behind them. Write the pages anew:
//     SWIFTGRID_WRITE_PAGES=1 build/debug/src/nodes/nodes_test --gtest_filter='ReferencePages.*'

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "nodes/registry.h"

namespace swiftgrid::nodes {
namespace {

namespace fs = std::filesystem;

const model::NodeTypes documented = make_node_types();

fs::path repository() { return SWIFTGRID_REPOSITORY; }

fs::path page_of(const model::NodeDescriptor& type) {
    return repository() / "docs/nodes" / (type.type + ".md");
}

std::string read(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string example_text(const model::NodeDescriptor& type) {
    std::string folder = type.type;
    std::ranges::replace(folder, '-', '_');
    return read(repository() / "src/nodes" / folder / "example.json");
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : "";
}

// A cell of a table is one line, and a bar would end it.
std::string cell(std::string text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

std::string code(const json::value& value) {
    return '`' + cell(value.is_string() ? std::string(value.get_string()) : to_json(value)) + '`';
}

// What may stand there: the listed values, or the kinds of value.
std::string kinds_of(const json::object& field) {
    const auto* listed = field.if_contains("enum");
    const auto* type = field.if_contains("type");
    if (!listed && !type) return "any value";
    const json::value& names = listed ? *listed : *type;
    if (names.is_string()) return std::string(names.get_string());
    std::vector<std::string> all;
    for (const json::value& name : names.get_array()) {
        if (!name.is_null() && name != "null")
            all.push_back(listed ? code(name) : std::string(name.as_string()));
    }
    return fmt::format("{}", fmt::join(all, listed ? ", " : " or "));
}

std::string default_of(const json::object& field, bool is_required) {
    if (is_required) return "required";
    const auto* standard = field.if_contains("default");
    return !standard || standard->is_null() || *standard == "" ? "" : code(*standard);
}

void append_fields(std::string& out, const json::object& schema, const std::string& prefix) {
    const auto* properties = schema.if_contains("properties");
    if (!properties) return;
    const auto* required = schema.if_contains("required");
    for (const auto& [name, value] : properties->get_object()) {
        const json::object& field = value.get_object();
        const bool is_required =
            required && std::ranges::find(required->get_array(), json::value(name)) !=
                            required->get_array().end();
        std::string about = text_of(field, "description");
        if (about.empty()) about = text_of(field, "title");
        const std::string path = prefix + std::string(name);
        out += fmt::format("| `{}` | {} | {} | {} |\n", path, kinds_of(field),
                           default_of(field, is_required), cell(about));
        append_fields(out, field, path + ".");
        if (const auto* items = field.if_contains("items"))
            append_fields(out, items->get_object(), path + "[].");
    }
}

std::string outputs_line(const model::NodeDescriptor& type, const json::object& example) {
    std::vector<std::string> names;
    for (const model::Handle& handle : outputs_of(type, example))
        names.push_back(handle.id.empty() ? "the normal one" : code(json::value(handle.id)));
    if (type.can_fail) names.emplace_back("`error` when `onError` is `branch`");
    return fmt::format("Outputs{}: {}.", type.handles ? " (of the example below)" : "",
                       fmt::join(names, ", "));
}

std::string aliases_line(const model::NodeDescriptor& type) {
    std::vector<std::string> names;
    for (const std::string& alias : type.aliases) names.push_back(code(json::value(alias)));
    for (const auto& [old_name, name] : type.field_aliases)
        names.push_back(fmt::format("`{}` for `{}`", old_name, name));
    return names.empty()
               ? ""
               : fmt::format("Older spellings that are read: {}.\n\n", fmt::join(names, ", "));
}

// Some types have a guide besides.
std::string guide_line(const model::NodeDescriptor& type) {
    if (!fs::exists(repository() / "docs" / (type.type + ".md"))) return "";
    return fmt::format("What happens, in words: [{0}](../{0}.md).\n\n", type.type);
}

std::string written(const model::NodeDescriptor& type) {
    const std::string example = example_text(type);
    const auto data = parse_json(example);
    EXPECT_TRUE(data) << type.type << " has an example.json that is JSON";
    const json::object fields = data ? data->as_object() : json::object();
    std::string out = fmt::format(
        "<!-- Written from src/nodes by reference_pages_test.cpp. -->\n\n"
        "# {} (`{}`)\n\n{}\n\n",
        type.label, type.type, type.summary);
    out += guide_line(type);
    out += "| field | value | default | |\n| --- | --- | --- | --- |\n";
    append_fields(out, type.data_schema, "");
    out += "\nEvery node also has `label`, `description`, `join`";
    if (!type.data_schema.at("properties").as_object().contains("timeoutMs"))
        out += ", `timeoutMs`";
    if (type.can_fail) out += ", `onError`";
    if (type.has_outside_effect) out += ", `retry`";
    out += fmt::format(".\n\n{}\n\n{}", outputs_line(type, fields), aliases_line(type));
    return out + fmt::format("## Example\n\n```json\n{}\n```\n",
                             example.substr(0, example.find_last_not_of('\n') + 1));
}

TEST(ReferencePages, AreUpToDate) {
    for (const model::NodeDescriptor& type : documented.all()) {
        if (!type.available) continue;
        const std::string page = written(type);
        if (std::getenv("SWIFTGRID_WRITE_PAGES")) std::ofstream(page_of(type)) << page;
        EXPECT_TRUE(read(page_of(type)) == page)
            << page_of(type) << ": write it anew as reference_pages_test.cpp says";
    }
}

TEST(ReferencePages, BelongToATypeEach) {
    for (const auto& entry : fs::directory_iterator(repository() / "docs/nodes"))
        EXPECT_NE(documented.find(entry.path().stem().string()), nullptr) << entry.path();
}

}  // namespace
}  // namespace swiftgrid::nodes
