#pragma once

// Old flows give `inputs` as JSON text with placeholders, also outside quotes: {"n": {{a.n}}}.

#include <optional>
#include <string_view>

#include "base/json.h"

namespace swiftgrid::nodes::code_execution {

// The object that the text means, with every bare placeholder as a string of its own, so that it
// keeps its type and needs no escaping. Nothing when the text is not such an object.
std::optional<json::object> object_of_inputs_text(std::string_view text);

}  // namespace swiftgrid::nodes::code_execution
