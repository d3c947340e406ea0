#pragma once

// What the process tells its operator: one line per event on standard error, text on a terminal,
// JSON otherwise. Never secrets, never data of runs.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.h"

namespace swiftgrid::app {

enum class LogLevel { info, warning, error };

using LogField = std::pair<std::string_view, std::string>;

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

}  // namespace swiftgrid::app
