#pragma once

// Small readers and movers of fields in a node's data, shared by the descriptors.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.h"

namespace swiftgrid::nodes {

// "" when the member is absent or no string.
std::string_view text_at(const json::object& data, std::string_view name);

// Whether text holds a placeholder, so that its value is not known before the run.
bool has_placeholder(std::string_view text);

// Takes the member out of the data; nothing when it is absent.
std::optional<json::value> take(json::object& data, std::string_view name);

// The named members that are there, as an object.
json::object members_of(const json::object& data, std::initializer_list<std::string_view> names);

// "30s", "5m", "2h", "1d", "1h30m", "500ms" in milliseconds.
std::optional<std::int64_t> parse_duration_text(std::string_view text);

// Old documents give a time as text beside or instead of a number; the number wins.
void replace_duration_text(json::object& data, std::string_view text_name,
                           std::string_view number_name);

}  // namespace swiftgrid::nodes
