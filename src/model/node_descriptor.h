#pragma once

// What a node type tells the world. Each folder under src/nodes makes one; the UI's forms, the
// validation and the plan come from this one source. Pure data and pure functions.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "model/flow.h"
#include "model/problem.h"

namespace swiftgrid::model {

struct Handle {
    std::string id;  // "" is the normal output
    std::string label;
    std::string color;  // "", green, orange, red, blue, gray
};

// What a script must be: one expression, or the body of a function.
enum class ScriptForm { expression, body };

// Collects problems of one node's data; `pointer` is relative to the node's `data`.
class DataCheck {
public:
    virtual ~DataCheck() = default;
    virtual void error(std::string pointer, std::string code, std::string detail,
                       std::string mend) = 0;
    virtual void warning(std::string pointer, std::string code, std::string detail,
                         std::string mend) = 0;
    // A script in the data. Whether it parses is found out by those who have the engine.
    virtual void script(const std::string& /*pointer*/, ScriptForm, std::string_view) {}
    // More findings would be thrown away: stop looking.
    virtual bool is_full() const { return false; }
};

struct NodeDescriptor {
    std::string type;                  // "http-request"
    std::vector<std::string> aliases;  // accepted on import
    std::string label;                 // "HTTP request"
    std::string icon;                  // Lucide name
    std::string category;              // "data", "logic", "ai", "wait", "flow"
    std::string summary;               // one sentence for the palette
    bool available = true;             // false: parses and validates, but refuses to start yet
    bool has_outside_effect = false;   // talks to the outside: retries, timeout, error handling
    bool calls_flows = false;          // starts runs of other flows
    bool awaits_signal = false;        // waits until somebody calls its resume address
    bool can_fail = true;              // offers onError and the handle `error`
    json::object data_schema;  // JSON Schema 2020-12 of the type's own fields, with defaults
    // Old spellings of fields: {"route_by", "routeBy"}; replaced on read, never written.
    std::vector<std::pair<std::string, std::string>> field_aliases;
    // Replaces old values and shapes that need more than a new name; runs after field_aliases and
    // must change nothing the second time. Null: none.
    std::function<void(json::object& data)> upgrade;

    // `retry.maxRetries` of a node that does not say. Null: 0.
    std::function<std::uint32_t(const json::object& data)> retries_default;

    // The outputs a node with this data has, without `error`. Null: one normal output.
    std::function<std::vector<Handle>(const json::object& data)> handles;

    // Rules beyond the schema (router: condition ids unique …). Null: none.
    std::function<void(const json::object& data, DataCheck& check)> check;

    // The part of the data that holds templates, as the tree whose value is the node's resolved
    // input (recorded in NODE_STARTED). Null, or nothing for this data: the node has no input of
    // its own.
    std::function<std::optional<json::value>(const json::object& data)> input_template;
    // Where the tree's members come from when they are not named like the data's:
    // {"/value", "/routeBy"} says that the tree's `value` is the data's `routeBy`.
    std::vector<std::pair<std::string, std::string>> input_pointers;
};

// Our own schemas are written as JSON text. Requires the text of an object.
json::object schema_literal(std::string_view text);

// The data of a new node: every default of the type's schema.
json::object defaults_of(const NodeDescriptor& descriptor);

// The outputs of a node with this data, without `error`.
std::vector<Handle> outputs_of(const NodeDescriptor& descriptor, const json::object& data);

// An item of GET /api/node-types.
json::object describe(const NodeDescriptor& descriptor);

// Every known node type, in the order of the palette. The one instance is made by
// nodes/registry.cpp and passed to whoever needs it.
class NodeTypes {
public:
    explicit NodeTypes(std::vector<NodeDescriptor> descriptors)
        : descriptors_(std::move(descriptors)) {}

    std::span<const NodeDescriptor> all() const { return descriptors_; }

    // By canonical name or alias; null when unknown.
    const NodeDescriptor* find(std::string_view name) const;

private:
    std::vector<NodeDescriptor> descriptors_;
};

}  // namespace swiftgrid::model
