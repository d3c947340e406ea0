#include "base/limits.h"
#include "model/common_data.h"
#include "model/document_schema.h"
#include "model/flow_json.h"

namespace swiftgrid::model {
namespace {

json::object node_schema(const NodeDescriptor& descriptor) {
    json::array names{json::value(descriptor.type)};
    for (const std::string& alias : descriptor.aliases) names.emplace_back(alias);
    json::object data = full_data_schema(descriptor);
    // Old spellings are accepted on read, so a strict schema would refuse good documents.
    data.erase("additionalProperties");
    return {
        {"type", "object"},
        {"title", descriptor.label},
        {"description", descriptor.summary},
        {"required", {"id", "type"}},
        {"properties",
         {{"id", {{"$ref", "#/$defs/nodeId"}}},
          {"type", {{"enum", names}}},
          {"position", {{"$ref", "#/$defs/position"}}},
          {"data", data}}},
    };
}

json::object graph_schema(const NodeTypes& types) {
    json::array references;
    for (const NodeDescriptor& descriptor : types.all())
        references.push_back(json::object{{"$ref", "#/$defs/node-" + descriptor.type}});
    return {
        {"type", "object"},
        {"properties",
         {{"nodes",
           {{"type", "array"},
            {"maxItems", limits::graph_nodes},
            {"items", {{"anyOf", references}}}}},
          {"edges",
           {{"type", "array"},
            {"maxItems", limits::graph_edges},
            {"items", {{"$ref", "#/$defs/edge"}}}}},
          {"budget", budget_schema()},
          {"viewport", {{"type", "object"}}}}},
    };
}

}  // namespace

const json::object& document_schema() {
    static const json::object schema = schema_literal(R"({
        "type": "object",
        "properties": {
            "format": {"const": "swiftgrid.flow"},
            "formatVersion": {"const": 1},
            "id": {"type": ["string", "null"]},
            "name": {"type": "string", "minLength": 1, "maxLength": 200,
                     "default": "Untitled flow"},
            "description": {"type": ["string", "null"], "maxLength": 10000},
            "inputSchema": {"type": ["object", "null"]},
            "outputSchema": {"type": ["object", "null"]},
            "timeoutMs": {"type": "integer", "minimum": 0, "maximum": 31622400000, "default": 0},
            "scheduleEnabled": {"type": "boolean", "default": false},
            "scheduleCron": {"type": ["string", "null"]},
            "scheduleTimezone": {"type": ["string", "null"]},
            "scheduleInputData": {},
            "scheduleOverlapMode": {"type": "string", "enum": ["skip", "queue_one", "parallel"],
                                    "default": "skip"},
            "scheduleMissed": {"type": "string", "enum": ["skip", "run_once"],
                               "default": "run_once"},
            "notifications": {
                "type": ["array", "null"], "maxItems": 100,
                "items": {
                    "type": "object", "required": ["type", "url", "events"],
                    "properties": {
                        "type": {"type": "string", "enum": ["webhook", "slack", "discord"]},
                        "url": {"type": "string", "minLength": 1, "x-template": true},
                        "events": {"type": "array", "minItems": 1, "items": {
                            "type": "string",
                            "enum": ["run_failed", "run_completed", "run_cancelled"]}},
                        "enabled": {"type": "boolean", "default": true}
                    }
                }
            },
            "webhookEnabled": {"type": "boolean", "default": false},
            "versions": {"type": "array"}
        }
    })");
    return schema;
}

const json::object& budget_schema() {
    static const json::object schema{
        {"type", {"object", "null"}},
        {"title", "Budget of a run"},
        {"description", "A run that has spent more on language models is stopped."},
        {"properties",
         {{"tokens",
           {{"type", {"integer", "null"}}, {"minimum", 1}, {"maximum", limits::budget_tokens}}},
          {"usd",
           {{"type", {"number", "null"}}, {"minimum", 0}, {"maximum", limits::budget_usd}}}}},
        {"additionalProperties", false},
    };
    return schema;
}

json::object flow_schema(const NodeTypes& types) {
    json::object schema = document_schema();
    schema["properties"].get_object()["graph"] = graph_schema(types);
    schema["required"] = json::array{"graph"};
    json::object definitions = schema_literal(R"({
        "nodeId": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "minLength": 1},
        "position": {"type": "object", "properties": {"x": {"type": "number"},
                                                      "y": {"type": "number"}}},
        "edge": {
            "type": "object", "required": ["source", "target"],
            "properties": {
                "id": {"type": "string"},
                "source": {"$ref": "#/$defs/nodeId"},
                "sourceHandle": {"type": ["string", "null"]},
                "target": {"$ref": "#/$defs/nodeId"},
                "targetHandle": {"type": ["string", "null"]}
            }
        }
    })");
    definitions["nodeId"].get_object()["maxLength"] = limits::node_id_characters;
    for (const NodeDescriptor& descriptor : types.all())
        definitions["node-" + descriptor.type] = node_schema(descriptor);
    schema["$defs"] = std::move(definitions);

    json::object document{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                          {"title", "SwiftGrid flow"}};
    for (auto& member : schema) document[member.key()] = std::move(member.value());
    return document;
}

}  // namespace swiftgrid::model
