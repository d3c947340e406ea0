#include "model/validate_document.h"

#include "model/document_schema.h"
#include "model/flow_notifications.h"
#include "model/problem_list.h"
#include "model/schema.h"

namespace swiftgrid::model {
namespace {

// An input or output schema describes an object whose members have one of the five types.
const json::object& value_schema() {
    static const json::object schema = schema_literal(R"({
        "type": ["object", "null"], "required": ["type"],
        "properties": {
            "type": {"const": "object"},
            "properties": {
                "type": "object",
                "additionalProperties": {
                    "type": "object", "required": ["type"],
                    "properties": {
                        "type": {"type": "string",
                                 "enum": ["string", "number", "boolean", "object", "array"]},
                        "required": {"anyOf": [{"type": "boolean"}, {"type": "array"}]},
                        "description": {"type": ["string", "null"]}
                    }
                }
            },
            "required": {"type": "array", "items": {"type": "string"}}
        }
    })");
    return schema;
}

}  // namespace

void validate_document(const Flow& flow, const EnvKinds* env, std::vector<Problem>& problems) {
    ProblemList list(problems);
    LocatedCheck check(list, "", "");
    const json::object document{{"name", flow.name},
                                {"description", flow.description},
                                {"timeoutMs", flow.timeout_ms},
                                {"notifications", flow.notifications}};
    check_against(document_schema(), document, "", check);
    validate_notifications(flow.notifications, env, list);
    if (!flow.input_schema.is_null())
        check_against(value_schema(), flow.input_schema, "/inputSchema", check);
    if (!flow.output_schema.is_null())
        check_against(value_schema(), flow.output_schema, "/outputSchema", check);
}

}  // namespace swiftgrid::model
