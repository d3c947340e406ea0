#include "nodes/map/node.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/schema.h"
#include "nodes/child_flow_fields.h"
#include "nodes/data_fields.h"

namespace swiftgrid::nodes::map {
namespace {

constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["inputArray", "subflowId"],
  "properties": {
    "inputArray": {
      "type": "array", "title": "List", "x-template": true, "x-control": "template",
      "description": "The list whose items are worked on, usually one placeholder.",
      "examples": ["{{$trigger.orders}}"]
    },
    "iteratorType": {
      "type": "string", "title": "Works with", "default": "subflow",
      "description": "Always subflow."
    },
    "subflowId": {
      "type": "string", "title": "Flow", "minLength": 1, "maxLength": 128, "x-flow": true,
      "x-control": "flow", "description": "The flow that works on one item."
    },
    "version": {
      "type": ["string", "integer"], "title": "Version", "default": "latest",
      "description": "latest, snapshot (the latest when this flow was published), or a version."
    },
    "itemVariable": {
      "type": "string", "title": "Name of the item", "default": "item", "maxLength": 128,
      "description": "The other flow reads it as {{$trigger.item}}."
    },
    "indexVariable": {
      "type": "string", "title": "Name of the index", "default": "index", "maxLength": 128,
      "description": "Counted from 0."
    },
    "inputMapping": {
      "type": "object", "title": "Further inputs", "default": {}, "x-control": "pairs",
      "description": "The same for every item."
    },
    "secretMapping": {
      "type": "object", "title": "Secrets", "default": {}, "x-secret-names": true,
      "additionalProperties": {"type": "string", "minLength": 1},
      "description": "Name there: name here. The other flow sees no others."
    },
    "maxConcurrent": {
      "type": "integer", "title": "At the same time", "minimum": 1, "maximum": 1000, "default": 10,
      "description": "How many items are worked on at once. As one ends, the next starts."
    },
    "continueOnError": {
      "type": "boolean", "title": "Go on when an item fails", "default": true,
      "description": "Off: the first failure stops the rest; what is done stays in the result."
    },
    "maxRetries": {
      "type": "integer", "title": "Retries per item", "minimum": 0, "maximum": 10, "default": 0,
      "description": "How often an item is tried again before it counts as failed."
    },
    "collectResults": {
      "type": "boolean", "title": "Collect the results", "default": true,
      "description": "Off: the result has the summary only."
    },
    "timeoutMs": {
      "type": "integer", "title": "Time limit (ms)", "minimum": 0, "maximum": 3162240000000,
      "default": 0, "description": "Of all items together. 0: as long as this flow may take."
    }
  }
})json";

// Three policies became one switch (phase-1.md, C2).
void upgrade_item_error(json::object& data) {
    if (auto fail_fast = take(data, "mapFailFast");
        fail_fast && fail_fast->is_bool() && !data.contains("continueOnError"))
        data["continueOnError"] = !fail_fast->get_bool();
    const auto policy = take(data, "onItemError");
    if (!policy || !policy->is_string()) return;
    if (!data.contains("continueOnError")) data["continueOnError"] = *policy != "fail_all";
    if (*policy == "retry" && !data.contains("maxRetries")) data["maxRetries"] = 3;
}

void upgrade(json::object& data) {
    upgrade_flow_reference(data, "subflowId", "mapVersionId");
    upgrade_item_error(data);
}

bool is_identifier(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9');
    });
}

void check_iterator(std::string_view iterator, model::DataCheck& check) {
    if (iterator == "inline")
        check.error("/iteratorType", "iterator_inline", "a map works with another flow only",
                    "Move the steps for one item into a flow of their own and choose it here.");
    else if (!iterator.empty() && iterator != "subflow")
        check.error("/iteratorType", "invalid_value",
                    fmt::format("expected 'subflow', found '{}'", iterator), "Remove this field.");
}

// Items would overwrite a further input of that name.
void check_mapping(const json::object& data, model::DataCheck& check) {
    const auto* mapping = data.if_contains("inputMapping");
    if (!mapping || !mapping->is_object()) return;
    for (const auto& [field, otherwise] :
         {std::pair{"itemVariable", "item"}, std::pair{"indexVariable", "index"}}) {
        const std::string_view chosen = text_at(data, field);
        const std::string_view name = chosen.empty() ? otherwise : chosen;
        if (mapping->get_object().contains(name))
            check.error(model::join_pointer("/inputMapping", name), "duplicate_id",
                        fmt::format("'{}' is what every item has of its own", name),
                        "Give this input another name.");
    }
}

void check(const json::object& data, model::DataCheck& check) {
    check_version(data, check);
    check_iterator(text_at(data, "iteratorType"), check);
    for (const char* name : {"itemVariable", "indexVariable"}) {
        const auto* variable = data.if_contains(name);
        if (variable && variable->is_string() && !is_identifier(text_at(data, name)))
            check.error(fmt::format("/{}", name), "invalid_value",
                        "expected a name of letters, digits and _", "Write a name such as item.");
    }
    const std::string_view item = text_at(data, "itemVariable");
    if (!item.empty() && item == text_at(data, "indexVariable"))
        check.error("/indexVariable", "duplicate_id", "item and index have the same name",
                    "Give the index another name.");
    check_mapping(data, check);
}

std::optional<json::value> input_template(const json::object& data) {
    return members_of(data, {"inputArray", "inputMapping"});
}

}  // namespace

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "map";
    descriptor.aliases = {"MAP"};
    descriptor.label = "Map";
    descriptor.icon = "layers";
    descriptor.category = "flow";
    descriptor.summary = "Runs another flow for every item of a list.";
    descriptor.calls_flows = true;
    descriptor.data_schema = model::schema_literal(schema);
    descriptor.field_aliases = {
        {"input_array", "inputArray"},       {"mapInputArray", "inputArray"},
        {"iterator_type", "iteratorType"},   {"subflow_id", "subflowId"},
        {"mapWorkflowId", "subflowId"},      {"item_variable", "itemVariable"},
        {"index_variable", "indexVariable"}, {"input_mapping", "inputMapping"},
        {"secret_mapping", "secretMapping"}, {"max_concurrent", "maxConcurrent"},
        {"mapConcurrency", "maxConcurrent"}, {"concurrency", "maxConcurrent"},
        {"max_retries", "maxRetries"},       {"continue_on_error", "continueOnError"},
        {"mapTimeoutMs", "timeoutMs"},       {"on_item_error", "onItemError"}};
    descriptor.upgrade = upgrade;
    descriptor.check = check;
    descriptor.input_template = input_template;
    return descriptor;
}

}  // namespace swiftgrid::nodes::map
