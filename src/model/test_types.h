#pragma once

// Node types for the tests of this module: one of each kind that the rules distinguish. The real
// ones live above this module, in nodes/.

#include "model/node_descriptor.h"

namespace swiftgrid::model {

inline NodeTypes make_test_types() {
    NodeDescriptor work;  // talks to the outside, fields of every kind
    work.type = "work";
    work.aliases = {"WORK"};
    work.has_outside_effect = true;
    work.data_schema = schema_literal(R"({
        "type": "object", "required": ["url"],
        "properties": {
            "url": {"type": "string", "minLength": 1, "maxLength": 100, "x-template": true},
            "method": {"type": "string", "enum": ["GET", "POST"], "default": "GET"},
            "count": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3,
                      "x-template": true},
            "list": {"type": "array", "maxItems": 2, "default": [],
                     "items": {"type": "object", "required": ["id"],
                               "properties": {"id": {"type": "string"},
                                              "on": {"type": "boolean", "default": true}},
                               "additionalProperties": false}},
            "either": {"anyOf": [{"type": "integer", "maximum": 5}, {"type": "string"}]},
            "flow": {"type": "string", "x-flow": true},
            "secrets": {"type": "object", "x-secret-names": true},
            "timeoutMs": {"type": "integer", "minimum": 1, "default": 30000}
        }
    })");
    work.field_aliases = {{"URL", "url"}, {"the_method", "method"}};
    work.upgrade = [](json::object& data) {
        if (auto* method = data.if_contains("method"); method && *method == "get") *method = "GET";
    };
    work.retries_default = [](const json::object& data) -> std::uint32_t {
        const auto* method = data.if_contains("method");
        return method && *method == "POST" ? 0 : 3;
    };
    work.input_template = [](const json::object& data) -> json::value {
        json::object tree;
        for (const char* name : {"url", "count"})
            if (const auto* member = data.if_contains(name)) tree[name] = *member;
        return tree;
    };

    NodeDescriptor choice;  // outputs depend on the data
    choice.type = "choice";
    choice.data_schema = schema_literal(R"({
        "type": "object",
        "properties": {"by": {"type": "string", "default": ""}, "outputs": {"type": "array"}}
    })");
    choice.handles = [](const json::object& data) {
        std::vector<Handle> handles;
        if (const auto* outputs = data.if_contains("outputs"); outputs && outputs->is_array())
            for (const auto& output : outputs->get_array())
                handles.push_back({std::string(output.get_string()), "", "green"});
        return handles;
    };
    choice.check = [](const json::object& data, DataCheck& check) {
        if (!data.contains("outputs"))
            check.warning("/outputs", "no_outputs", "there is no output", "Add one.");
    };
    choice.input_template = [](const json::object& data) -> json::value {
        const auto* by = data.if_contains("by");
        return json::object{{"value", by ? *by : json::value()}};
    };
    choice.input_pointers = {{"/value", "/by"}};

    NodeDescriptor step;  // no outside effect, no input of its own
    step.type = "step";
    step.data_schema = schema_literal(R"({"type": "object", "properties": {}})");

    NodeDescriptor later = step;
    later.type = "later";
    later.available = false;

    NodeDescriptor sure = step;
    sure.type = "sure";
    sure.can_fail = false;

    NodeDescriptor wait = step;
    wait.type = "wait";
    wait.awaits_signal = true;

    NodeDescriptor caller = work;  // starts runs of other flows
    caller.type = "caller";
    caller.aliases = {};
    caller.calls_flows = true;
    return NodeTypes({work, choice, step, later, sure, wait, caller});
}

inline const NodeTypes& test_types() {
    static const NodeTypes types = make_test_types();
    return types;
}

}  // namespace swiftgrid::model
