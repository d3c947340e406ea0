#pragma once

// n8n's expressions (`={{ $json.x }}`) as ours (`{{fetch.body.x}}`). What they read is found by
// name in other places here; the rest is JavaScript on both sides and stays as it is. Pure.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace swiftgrid::control::n8n {

// Where the data is that n8n calls the `json` of a node.
struct DataPlace {
    std::string root = "$trigger";  // or the id of a node
    std::string member = {};        // ".body", "" for the root itself
    // Paths below it that are called otherwise here: {"message.content", "content"}.
    std::vector<std::pair<std::string, std::string>> renamed = {};

    // In a template, and in a code node, where a skipped node gives undefined.
    std::string in_template() const { return root + member; }
    std::string in_code() const;

    bool operator==(const DataPlace&) const = default;
};

// Which item of a node is read: the one that the current item was made of, or another.
enum class ItemChoice : std::uint8_t { own, any };

// What an expression may read; functions return nothing for what is not there.
struct Places {
    std::optional<DataPlace> input;
    std::function<std::optional<DataPlace>(std::string_view node, ItemChoice item)> of_node;
    std::function<std::string(const DataPlace&)> spelling;  // null: in_template()
    bool knows_secrets = true;                              // not so the conditions of a router
    std::string workflow_name = {};
    std::string resume_url;  // the member of `$run` for `$execution.resumeUrl`
};

struct Converted {
    std::string text;
    std::vector<std::string> lost;  // what has no counterpart, in words
};

// The JavaScript between the braces. What is lost stays as it was written.
Converted convert_script(std::string_view source, const Places& places);

// A parameter's text as a template: one that begins with `=` has expressions, another is plain.
Converted convert_text(std::string_view text, const Places& places);

// The same as one JavaScript expression.
Converted convert_operand(const json::value& value, const Places& places);

// JSON that is written as text: the value, with holes where its expressions stand; nothing when it
// cannot be read as one.
std::optional<json::value> convert_json_text(std::string_view text, const Places& places,
                                             std::vector<std::string>& lost);

// Every string of a value.
json::value convert_value(const json::value& value, const Places& places,
                          std::vector<std::string>& lost);

}  // namespace swiftgrid::control::n8n
