#include "nodes/script_outcome.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace swiftgrid::nodes {

std::int64_t script_time_ms(const model::PlanNode& node) {
    return node.timeout_ms > 0 ? node.timeout_ms : limits::script_time_ms;
}

engine::RunError run_error_of(const sandbox::ScriptError& error) {
    engine::RunError run_error = engine::make_run_error(error.code, error.message);
    if (error.line > 0)
        run_error.details = JsonText::trusted(
            fmt::format(R"({{"line":{},"column":{}}})", error.line, error.column));
    return run_error;
}

std::string log_line_json(const sandbox::LogLine& line) {
    std::string out = "{\"level\":";
    append_json_string(out, sandbox::to_string(line.level));
    out += ",\"text\":";
    append_json_string(out, line.text);
    out += '}';
    return out;
}

std::string log_lines_json(const std::vector<sandbox::LogLine>& logs) {
    std::string out = "[";
    for (const sandbox::LogLine& line : logs) {
        if (out.size() > 1) out += ',';
        out += log_line_json(line);
    }
    out += ']';
    return out;
}

}  // namespace swiftgrid::nodes
