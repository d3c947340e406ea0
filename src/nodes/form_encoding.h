#pragma once

// name=value&…: a query, or the body of a form.

#include <string>
#include <string_view>

#include "base/json.h"

namespace swiftgrid::nodes {

// In the order given. A list repeats its name, null is left out, objects become JSON.
std::string encode_pairs(const json::object& pairs);

// The URL with more of a query, before its fragment.
std::string with_query(std::string url, std::string_view query);

// The URL with this one parameter in place of all others of that name.
std::string with_parameter(std::string url, std::string_view name, std::string_view value);

}  // namespace swiftgrid::nodes
