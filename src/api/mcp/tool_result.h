#pragma once

// What a tool gives back: text for the model, and the same as a value for programs. What went wrong
// with a run is told here too, so that the model can read it and try otherwise.

#include <optional>
#include <string>

#include "api/mcp/answers.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/json.h"
#include "runtime/submission.h"

namespace swiftgrid::api {

struct ToolResult {
    std::string text;
    std::optional<JsonText> value = {};
    bool is_error = false;
    std::optional<RunId> run = {};
};

ToolResult tool_trouble(std::string text);

// A value as text and as itself; one that is larger than limits::tool_output_bytes is neither, and
// `elsewhere` says where it can be read.
ToolResult tool_value(const JsonText& value, std::string_view elsewhere);

// `schema` is what the output has to fit, when the tool has promised something.
ToolResult result_of_run(RunId run, const runtime::RunEnd& end,
                         const std::optional<json::object>& schema);
// A tool that has promised an output cannot say this as its result.
ToolResult still_running(RunId run, bool has_promised);

McpResult written(const ToolResult& result, McpEra era);

}  // namespace swiftgrid::api
