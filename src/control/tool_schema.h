#pragma once

// The schemas of a flow as a tool shows them: what is advertised is what is checked. They are built
// anew of the keywords that model/schema.h knows, so that nothing in a stored schema can make the
// list useless for a client that compiles it, or name headers and documents that it would read.
// `required: true` of a property (the old spelling) becomes an entry of `required`.

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace swiftgrid::control {

// Of a flow without a schema, or one larger than limits::tool_schema_bytes: any object. Unknown
// members are refused as far as the schema names members.
json::object tool_input_schema(const std::optional<std::string>& stored);

// Nothing when a result of any shape is as good.
std::optional<json::object> tool_output_schema(const std::optional<std::string>& stored);

// What is wrong with a value, one sentence each, at most limits::tool_argument_problems.
// Requires a schema of the functions above.
std::vector<std::string> tool_value_problems(const json::object& schema, const json::value& value);

}  // namespace swiftgrid::control
