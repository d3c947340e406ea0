#pragma once

// Lines of the log: text for people, a JSON object for programs, with `ts`, `level`, `msg` and the
// fields in the order in which they are given (`run_id`, `node_id`, `trace_id` …).

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"

namespace swiftgrid::observe {

enum class LogLevel : std::uint8_t { info, warning, error };

// A field without a value is left out.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;

struct LogLine {
    Instant at;
    LogLevel level = LogLevel::info;
    std::string message;
    LogFields fields = {};
};

// With the end of the line. A message with ends of lines in it stays one line in JSON; values are
// cut to limits::log_value_bytes.
std::string text_line(const LogLine& line);
std::string json_line(const LogLine& line);

}  // namespace swiftgrid::observe
