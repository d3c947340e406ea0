#include "nodes/webhook_wait/node.h"

#include "nodes/data_fields.h"

namespace swiftgrid::nodes::webhook_wait {
namespace {

constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "description": {
      "type": ["string", "null"], "title": "What it waits for", "default": "", "maxLength": 10000,
      "x-template": true, "x-control": "template",
      "description": "For the person who decides, with placeholders where needed.",
      "examples": ["Approve order {{$trigger.id}}"]
    },
    "timeoutMs": {
      "type": "integer", "title": "Wait at most (ms)", "minimum": 1, "maximum": 3162240000000,
      "default": 604800000, "description": "Then the wait has expired, which is an error."
    },
    "timeoutStr": {
      "type": ["string", "null"], "title": "Wait at most, as text", "deprecated": true,
      "maxLength": 40, "description": "Only in old flows: 30s, 5m, 2h, 7d."
    }
  }
})json";

void upgrade(json::object& data) { replace_duration_text(data, "timeoutStr", "timeoutMs"); }

void check(const json::object& data, model::DataCheck& check) {
    if (text_at(data, "timeoutStr").empty()) return;
    check.error("/timeoutStr", "invalid_value", "this length of time cannot be read",
                "Write it like 30s, 5m, 2h or 7d.");
}

// Never without one: the results before it are not its input.
std::optional<json::value> input_template(const json::object& data) {
    return text_at(data, "description").empty() ? json::object()
                                                : members_of(data, {"description"});
}

}  // namespace

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "webhook-wait";
    descriptor.aliases = {"webhookWait", "WEBHOOKWAIT"};
    descriptor.label = "Wait for webhook";
    descriptor.icon = "webhook";
    descriptor.category = "wait";
    descriptor.summary = "Waits until a person or a system calls its resume address.";
    descriptor.awaits_signal = true;
    descriptor.data_schema = model::schema_literal(schema);
    descriptor.field_aliases = {{"timeout_ms", "timeoutMs"}, {"timeout_str", "timeoutStr"}};
    descriptor.upgrade = upgrade;
    descriptor.check = check;
    descriptor.input_template = input_template;
    return descriptor;
}

}  // namespace swiftgrid::nodes::webhook_wait
