#pragma once

// Finds a value inside JSON text without a parse: the text of a JsonText is known to be valid and
// without white space, so that walking is counting brackets and stepping over strings. It finds
// what JsonText::child finds, but copies nothing and reads no further than the value: a path into a
// large result would otherwise index and copy the result once for every step.
//
// Every function takes text that begins with a value and may go on behind it.

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/json.h"

namespace swiftgrid::expr {

// The text from the member's or element's value on; nothing when it is not there. The `length` of a
// string or an array is no text inside it: see element_count.
std::optional<std::string_view> find_child(std::string_view json, const JsonStep& step);

// The text of the value alone.
std::string_view first_value(std::string_view json);

// Requires an array.
std::size_t element_count(std::string_view json);

}  // namespace swiftgrid::expr
