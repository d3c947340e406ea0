#include "model/common_data.h"

namespace swiftgrid::model {
namespace {

const json::object& common_schema() {
    static const json::object schema = schema_literal(R"({
        "type": "object",
        "properties": {
            "label": {"type": ["string", "null"], "maxLength": 200},
            "description": {"type": ["string", "null"], "maxLength": 10000},
            "onError": {"type": "string", "enum": ["fail", "continue", "branch"],
                        "default": "fail"},
            "join": {"type": "string", "enum": ["all", "any"], "default": "all"},
            "timeoutMs": {"type": ["integer", "null"], "minimum": 0, "maximum": 31622400000},
            "retry": {
                "type": ["object", "null"],
                "properties": {
                    "maxRetries": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
                    "backoffMs": {"type": "integer", "minimum": 0, "maximum": 86400000,
                                  "default": 1000},
                    "backoffFactor": {"type": "number", "minimum": 1, "maximum": 100, "default": 2},
                    "maxBackoffMs": {"type": "integer", "minimum": 0, "maximum": 86400000,
                                     "default": 60000},
                    "jitter": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.2},
                    "retryOn": {
                        "type": ["array", "null"], "maxItems": 100,
                        "items": {"anyOf": [
                            {"type": "integer", "minimum": 100, "maximum": 599},
                            {"type": "string", "minLength": 1, "maxLength": 64}]}
                    }
                },
                "additionalProperties": false
            },
            "pinned": {}
        },
        "additionalProperties": false
    })");
    return schema;
}

}  // namespace

json::object full_data_schema(const NodeDescriptor& descriptor) {
    json::object schema = common_schema();
    json::object& properties = schema["properties"].get_object();
    if (const auto* own = descriptor.data_schema.if_contains("properties"))
        for (const auto& property : own->get_object())
            properties[property.key()] = property.value();
    if (const auto* required = descriptor.data_schema.if_contains("required"))
        schema["required"] = *required;
    return schema;
}

}  // namespace swiftgrid::model
