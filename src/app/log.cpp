#include "app/log.h"

#include <cstdio>

#include <unistd.h>

#include "base/json.h"
#include "runtime/clock.h"

namespace swiftgrid::app {
namespace {

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::info: return "info";
        case LogLevel::warning: return "warning";
        case LogLevel::error: return "error";
    }
    return "info";
}

std::string text_line(LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
    std::string line;
    if (level != LogLevel::info) line = std::string(name_of(level)) + ": ";
    line += message;
    for (const auto& [name, value] : fields) line += " " + std::string(name) + "=" + value;
    return line + "\n";
}

std::string json_line(LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
    json::object object{{"ts", to_rfc3339(runtime::SystemClock().now())},
                        {"level", name_of(level)},
                        {"msg", message}};
    for (const auto& [name, value] : fields) object[name] = value;
    return to_json(object) + "\n";
}

}  // namespace

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    static const bool on_terminal = ::isatty(STDERR_FILENO) == 1;
    const std::string line =
        on_terminal ? text_line(level, message, fields) : json_line(level, message, fields);
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace swiftgrid::app
