#include "nodes/delay/node.h"

#include "base/instant.h"
#include "nodes/data_fields.h"

namespace swiftgrid::nodes::delay {
namespace {

constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "delayMs": {
      "type": "integer", "title": "Wait (ms)", "minimum": 0, "maximum": 3162240000000,
      "default": 5000, "x-template": true,
      "description": "How long to wait. One placeholder may give the number."
    },
    "delayStr": {
      "type": ["string", "null"], "title": "Wait, as text", "deprecated": true, "maxLength": 40,
      "description": "Only in old flows: 30s, 5m, 2h, 1d."
    },
    "until": {
      "type": ["string", "null"], "title": "Wait until", "x-template": true, "maxLength": 10000,
      "x-control": "template",
      "description": "A point in time with its zone. It is used instead of the length.",
      "examples": ["2030-01-31T09:00:00Z", "{{$trigger.dueAt}}"]
    }
  }
})json";

void upgrade(json::object& data) { replace_duration_text(data, "delayStr", "delayMs"); }

void check(const json::object& data, model::DataCheck& check) {
    if (!text_at(data, "delayStr").empty())
        check.error("/delayStr", "invalid_value", "this length of time cannot be read",
                    "Write it like 30s, 5m, 2h or 1d.");
    const std::string_view until = text_at(data, "until");
    if (!until.empty() && !has_placeholder(until) && !parse_rfc3339(until))
        check.error("/until", "invalid_value", "expected a point in time with its zone",
                    "Write it like 2030-01-31T09:00:00Z.");
}

std::optional<json::value> input_template(const json::object& data) {
    return text_at(data, "until").empty() ? members_of(data, {"delayMs"})
                                          : members_of(data, {"until"});
}

}  // namespace

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "delay";
    descriptor.aliases = {"DELAY"};
    descriptor.label = "Delay";
    descriptor.icon = "timer";
    descriptor.category = "wait";
    descriptor.summary = "Waits for a length of time, or until a point in time.";
    descriptor.data_schema = model::schema_literal(schema);
    descriptor.field_aliases = {{"duration_ms", "delayMs"},
                                {"durationMs", "delayMs"},
                                {"duration_str", "delayStr"},
                                {"durationStr", "delayStr"}};
    descriptor.upgrade = upgrade;
    descriptor.check = check;
    descriptor.input_template = input_template;
    return descriptor;
}

}  // namespace swiftgrid::nodes::delay
