#include "nodes/sub_flow/node.h"

#include <algorithm>

#include "nodes/child_flow_fields.h"
#include "nodes/data_fields.h"
#include "nodes/value_path.h"

namespace swiftgrid::nodes::sub_flow {
namespace {

constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["workflowId"],
  "properties": {
    "workflowId": {
      "type": "string", "title": "Flow", "minLength": 1, "maxLength": 128, "x-flow": true,
      "x-control": "flow", "description": "The flow to run."
    },
    "version": {
      "type": ["string", "integer"], "title": "Version", "default": "latest",
      "description": "latest, snapshot (the latest when this flow was published), or a version."
    },
    "inputMapping": {
      "type": "object", "title": "Inputs", "default": {}, "x-control": "pairs",
      "description": "The input of the other flow, by name."
    },
    "secretMapping": {
      "type": "object", "title": "Secrets", "default": {}, "x-secret-names": true,
      "additionalProperties": {"type": "string", "minLength": 1},
      "description": "Name there: name here. The other flow sees no others."
    },
    "timeoutMs": {
      "type": "integer", "title": "Time limit (ms)", "minimum": 0, "maximum": 3162240000000,
      "default": 0, "description": "Of one run of the other flow. 0: as long as this flow may take."
    },
    "outputPath": {
      "type": ["string", "null"], "title": "Output path", "default": "", "maxLength": 1000,
      "description": "The part of the other flow's output that is wanted. Empty: all of it.",
      "examples": ["items[0].name"]
    },
    "maxRetries": {
      "type": "integer", "title": "Retries", "minimum": 0, "maximum": 10, "default": 0,
      "description": "How often the other flow is run again when it failed."
    }
  }
})json";

void upgrade(json::object& data) {
    upgrade_flow_reference(data, "workflowId", "subflowVersionId");
    if (auto input = take(data, "subflowInput"); input && !data.contains("inputMapping")) {
        if (input->is_object())
            data["inputMapping"] = std::move(*input);
        else if (!input->is_null())
            data["inputMapping"] = json::object{{"input", std::move(*input)}};
    }
    if (auto fails = take(data, "subflowFailOnError");
        fails && fails->is_bool() && !data.contains("onError"))
        data["onError"] = fails->get_bool() ? "fail" : "continue";
}

void check(const json::object& data, model::DataCheck& check) {
    check_version(data, check);
    const std::string_view path = text_at(data, "outputPath");
    if (!path.empty() && !parse_value_path(path))
        check.error("/outputPath", "invalid_value", "expected a path such as items[0].name",
                    "Write the steps that lead to the value, or leave it empty.");
}

std::optional<json::value> input_template(const json::object& data) {
    const auto* mapping = data.if_contains("inputMapping");
    return mapping ? *mapping : json::value(json::object());
}

// `retry.maxRetries` goes before it.
std::uint32_t retries_default(const json::object& data) {
    const std::int64_t retries = integer_at(data, "maxRetries", 0);
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(retries, 0, child_retries_max));
}

}  // namespace

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "sub-flow";
    descriptor.aliases = {"subflow", "SUBFLOW"};
    descriptor.label = "Sub-flow";
    descriptor.icon = "box";
    descriptor.category = "flow";
    descriptor.summary = "Runs another flow, waits for its end and takes its output.";
    descriptor.calls_flows = true;
    descriptor.has_outside_effect = true;  // the other flow may have one
    descriptor.data_schema = model::schema_literal(schema);
    descriptor.field_aliases = {{"workflow_id", "workflowId"},
                                {"subflowWorkflowId", "workflowId"},
                                {"input_mapping", "inputMapping"},
                                {"secret_mapping", "secretMapping"},
                                {"timeout_ms", "timeoutMs"},
                                {"subflowTimeoutMs", "timeoutMs"},
                                {"on_error", "onError"},
                                {"subflowOutputPath", "outputPath"},
                                {"subflowMaxRetries", "maxRetries"}};
    descriptor.upgrade = upgrade;
    descriptor.retries_default = retries_default;
    descriptor.check = check;
    descriptor.input_template = input_template;
    descriptor.input_pointers = {{"", "/inputMapping"}};
    return descriptor;
}

}  // namespace swiftgrid::nodes::sub_flow
