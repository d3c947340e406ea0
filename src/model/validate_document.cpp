#include "model/validate_document.h"

#include "model/document_schema.h"
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

void validate_document(const Flow& flow, std::vector<Problem>& problems) {
    ProblemList list(problems);
    LocatedCheck check(list, "", "");
    const json::object document{{"name", flow.name},
                                {"description", flow.description},
                                {"timeoutMs", flow.timeout_ms},
                                {"notifications", flow.notifications}};
    const std::size_t known = problems.size();
    check_against(document_schema(), document, "", check);
    const bool is_sound = problems.size() == known;
    if (is_sound && flow.notifications.is_array() && !flow.notifications.get_array().empty())
        check.warning("/notifications", "notifications_not_sent",
                      "notifications: nothing is sent from the list of a workflow",
                      "Make a channel on the page Notifications and choose this workflow there.");
    if (!flow.input_schema.is_null())
        check_against(value_schema(), flow.input_schema, "/inputSchema", check);
    if (!flow.output_schema.is_null())
        check_against(value_schema(), flow.output_schema, "/outputSchema", check);
}

}  // namespace swiftgrid::model
