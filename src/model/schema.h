#pragma once

// Checks values against the part of JSON Schema 2020-12 that our own descriptors use: type, enum,
// const, minimum, maximum, minLength, maxLength, minItems, maxItems, properties, required,
// additionalProperties, items, anyOf and default. A library would check more, but its messages name
// keywords; these name what was expected and what was found, at the pointer of the value.
//
// Own annotations: `x-template: true` accepts a string with a `{{` hole in place of any type (a
// type other than string needs one hole alone); `x-flow: true` marks the id of another flow;
// `x-secret-names: true` marks an object whose values are names of secrets.

#include <string>

#include "base/json.h"
#include "model/node_descriptor.h"

namespace swiftgrid::model {

// `pointer` is that of `value`. A null counts as absent wherever the schema gives a default.
void check_against(const json::object& schema, const json::value& value, const std::string& pointer,
                   DataCheck& check);

// Sets every member of `object` that is absent (or null where null is not allowed) to its default,
// in nested objects and arrays of objects too. Requires an object that passed the check.
void fill_defaults(const json::object& schema, json::object& object);

// `pointer` with one more step, escaped.
std::string join_pointer(std::string_view pointer, std::string_view name);
std::string join_pointer(std::string_view pointer, std::size_t index);

// "a string", "a number" …: what was found, for messages.
std::string_view kind_with_article(const json::value& value);

}  // namespace swiftgrid::model
