#pragma once

// The numbers that stand for a run's status and trigger on disk. They are part of the file format
// (schema/0001_initial.sql repeats them in its views): add, never renumber.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swiftgrid::store {

constexpr int status_completed = 3;

// Requires one of the names of RunRow::status.
int status_code(std::string_view status);
std::string status_text(int code);
std::optional<int> find_status_code(std::string_view status);

// Requires one of the names of RunRow::trigger.
int trigger_code(std::string_view trigger);
std::string trigger_text(int code);
std::optional<int> find_trigger_code(std::string_view trigger);
// The triggers of runs that other runs started, or of all others.
std::vector<int> trigger_codes(bool of_children);

// pending, running or suspended.
constexpr bool is_open(int status) { return status < status_completed; }

}  // namespace swiftgrid::store
