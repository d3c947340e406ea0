#pragma once

// Movers and readers of fields in a node's data, shared by descriptors and behaviours, and
// how lengths of time and found values are written for people.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_fields.h"

namespace swiftgrid::nodes {

// A hundred years: a longer wait is a slip. The schemas say the same.
constexpr std::int64_t duration_ms_max = 100LL * 366 * 24 * 60 * 60 * 1000;

// Whether text holds a placeholder, so that its value is not known before the run.
bool has_placeholder(std::string_view text);

// Takes the member out of the data; nothing when it is absent.
std::optional<json::value> take(json::object& data, std::string_view name);

// The named members that are there, as an object.
json::object members_of(const json::object& data, std::initializer_list<std::string_view> names);

// "30s", "5m", "2h", "1d", "1h30m", "500ms" in milliseconds.
std::optional<std::int64_t> parse_duration_text(std::string_view text);

// The same the other way: 604800000 is "7d", 90000 is "1m30s".
std::string duration_text(std::int64_t milliseconds);

// A value where another one was expected, for messages: `"soon"`, or `a string of 2000 bytes`.
std::string found_value(const JsonText& value);

// Old documents give a time as text beside or instead of a number; the number wins.
void replace_duration_text(json::object& data, std::string_view text_name,
                           std::string_view number_name);

}  // namespace swiftgrid::nodes
