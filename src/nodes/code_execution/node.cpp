#include "nodes/code_execution/node.h"

#include "nodes/code_execution/inputs_text.h"
#include "nodes/data_fields.h"
#include "nodes/script_check.h"

namespace swiftgrid::nodes::code_execution {
namespace {

constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "code": {
      "type": "string", "title": "Code", "default": "", "maxLength": 1048576,
      "x-control": "code",
      "description": "Body of a JavaScript function: INPUT, $trigger, nodes (earlier results)."
    },
    "inputs": {
      "type": ["object", "string"], "title": "Inputs", "default": {}, "x-template": true,
      "x-control": "pairs",
      "description": "Values with placeholders. Empty: the result of the node before."
    },
    "timeoutMs": {
      "type": ["integer", "null"], "title": "Time limit (ms)", "minimum": 1, "maximum": 300000,
      "default": 5000
    }
  }
})json";

void upgrade(json::object& data) {
    if (auto object = object_of_inputs_text(text_at(data, "inputs")))
        data["inputs"] = std::move(*object);
}

void check(const json::object& data, model::DataCheck& check) {
    check_script("/code", model::ScriptForm::body, text_at(data, "code"), check);
}

bool is_empty(const json::value& inputs) {
    if (const auto* object = inputs.if_object()) return object->empty();
    if (const auto* text = inputs.if_string())
        return std::string_view(*text).find_first_not_of(" \t\r\n") == std::string_view::npos;
    return inputs.is_null();
}

std::optional<json::value> input_template(const json::object& data) {
    const auto* inputs = data.if_contains("inputs");
    if (!inputs || is_empty(*inputs)) return std::nullopt;
    return *inputs;
}

}  // namespace

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "code-execution";
    descriptor.aliases = {"code", "CODE"};
    descriptor.label = "Code";
    descriptor.icon = "braces";
    descriptor.category = "data";
    descriptor.summary = "Computes a value with JavaScript.";
    descriptor.data_schema = model::schema_literal(schema);
    descriptor.upgrade = upgrade;
    descriptor.check = check;
    descriptor.input_template = input_template;
    descriptor.input_pointers = {{"", "/inputs"}};
    return descriptor;
}

}  // namespace swiftgrid::nodes::code_execution
