#pragma once

// The JSON that a model was asked for, out of what it wrote. Pure.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace swiftgrid::nodes::llm_chat {

struct JsonProblem {
    std::string code;  // invalid_json, schema_mismatch
    std::string what;  // for people and for the model
};

// Code fences around it are taken off.
std::expected<JsonText, JsonProblem> read_json_answer(std::string_view content,
                                                      const std::optional<json::object>& schema);

}  // namespace swiftgrid::nodes::llm_chat
