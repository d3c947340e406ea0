#include "observe/log_line.h"

#include "base/characters.h"
#include "base/json.h"
#include "base/limits.h"

namespace swiftgrid::observe {
namespace {

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::info: return "info";
        case LogLevel::warning: return "warning";
        case LogLevel::error: return "error";
    }
    return "info";
}

std::string_view shortened(std::string_view value) {
    return cut_to_bytes(value, limits::log_value_bytes);
}

}  // namespace

std::string text_line(const LogLine& line) {
    std::string text;
    if (line.level != LogLevel::info) text = std::string(name_of(line.level)) + ": ";
    text += line.message;
    for (const auto& [name, value] : line.fields) {
        if (value.empty()) continue;
        text += ' ';
        text += name;
        text += '=';
        text += shortened(value);
    }
    return text + "\n";
}

std::string json_line(const LogLine& line) {
    std::string text = R"({"ts":)";
    append_json_string(text, to_rfc3339(line.at));
    text += R"(,"level":)";
    append_json_string(text, name_of(line.level));
    text += R"(,"msg":)";
    append_json_string(text, line.message);
    for (const auto& [name, value] : line.fields) {
        if (value.empty()) continue;
        text += ',';
        append_json_string(text, name);
        text += ':';
        append_json_string(text, shortened(value));
    }
    return text + "}\n";
}

}  // namespace swiftgrid::observe
