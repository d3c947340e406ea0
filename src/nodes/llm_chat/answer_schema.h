#pragma once

// JSON Schema for answers of models: the keywords that structured outputs know (type, enum, const,
// properties, required, additionalProperties, items, prefixItems, anyOf, oneOf, allOf, not, $ref
// within the schema, bounds of numbers, texts, lists and objects, multipleOf, uniqueItems). Other
// keywords (pattern, format, if …) are sent to the model and not checked. Unlike model/schema.h,
// which reads forms that people fill in, null is a value here. Pure.

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace swiftgrid::nodes::llm_chat {

struct SchemaNote {
    std::string pointer;  // within the schema
    std::string what;
    bool is_error = false;  // else a keyword that is not checked
};

// What is wrong with the schema itself. One without errors may be given to the functions below.
std::vector<SchemaNote> examine_schema(const json::object& schema);

// The first few things that are wrong with the value, for the model to correct and people to read;
// empty when it fits.
std::string misfit(const json::object& schema, const json::value& value);

// Whether it has what `strict: true` asks for: every object names all of its members as required
// and allows no others.
bool is_strict(const json::object& schema);

}  // namespace swiftgrid::nodes::llm_chat
