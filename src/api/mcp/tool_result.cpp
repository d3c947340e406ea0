#include "api/mcp/tool_result.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/limits.h"
#include "control/json_writer.h"
#include "control/tool_names.h"
#include "control/tool_schema.h"

namespace swiftgrid::api {
namespace {

std::string how_it_failed(RunId run, const runtime::RunEnd& end) {
    const bool has_failed = end.status == engine::RunStatus::failed;
    std::string text = has_failed ? "The run failed" : "The run was cancelled";
    if (end.error) {
        if (!end.error->node_id.empty()) text += " at the step '" + end.error->node_id + "'";
        text += ": " + end.error->message + " (" + end.error->code + ")";
    }
    return text + ". It is run " + to_string(run) + ".";
}

}  // namespace

ToolResult tool_trouble(std::string text) {
    ToolResult result;
    result.text = std::move(text);
    result.is_error = true;
    return result;
}

ToolResult tool_value(const JsonText& value, std::string_view elsewhere) {
    if (value.size_bytes() > limits::tool_output_bytes)
        return tool_trouble(
            fmt::format("The output has {} bytes, more than the {} that are handed "
                        "to an assistant. {}",
                        value.size_bytes(), limits::tool_output_bytes, elsewhere));
    ToolResult result;
    result.text = value.as_plain_text();
    result.value = value;
    return result;
}

ToolResult result_of_run(RunId run, const runtime::RunEnd& end,
                         const std::optional<json::object>& schema) {
    ToolResult result;
    if (end.status != engine::RunStatus::completed) {
        result = tool_trouble(how_it_failed(run, end));
    } else {
        result =
            tool_value(end.output, fmt::format("Read it with GET /api/runs/{}.", to_string(run)));
        if (schema && !result.is_error) {
            const auto problems = control::tool_value_problems(*schema, end.output.to_value());
            if (!problems.empty())
                result = tool_trouble(fmt::format(
                    "The run is completed, but its output is not what the workflow promises ({}). "
                    "The output: {}",
                    fmt::join(problems, "; "), end.output.view()));
        }
    }
    result.run = run;
    return result;
}

ToolResult still_running(RunId run, bool has_promised) {
    ToolResult result;
    result.text =
        fmt::format("The run is not finished yet and goes on. Ask the tool {} with runId {} later.",
                    control::get_run_tool, to_string(run));
    result.value = JsonText::from(json::object{{"runId", to_string(run)}, {"status", "running"}});
    result.is_error = has_promised;
    result.run = run;
    return result;
}

// The older generations know objects only, and nothing is promised of what is an error.
McpResult written(const ToolResult& result, McpEra era) {
    std::string members = R"("content":[{"type":"text","text":)";
    append_json_string(members, result.text);
    members += "}]";
    const bool is_shown = result.value && !result.is_error &&
                          (era == McpEra::modern || result.value->kind() == JsonKind::object);
    if (is_shown) members += ",\"structuredContent\":" + std::string(result.value->view());
    members += result.is_error ? R"(,"isError":true)" : R"(,"isError":false)";
    if (!result.run) return {std::move(members), ""};
    return {std::move(members), R"("swiftgrid/runId":")" + to_string(*result.run) + "\""};
}

}  // namespace swiftgrid::api
