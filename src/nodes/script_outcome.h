#pragma once

// What the sandbox says, in the words of a run: shared by the node types that ask it.

#include <vector>

#include "nodes/perform.h"

namespace swiftgrid::nodes {

// How long a node's scripts may take.
std::int64_t script_time_ms(const model::PlanNode& node);

// With the place in the user's text as details, when it is known.
engine::RunError run_error_of(const sandbox::ScriptError& error);

// `[{ "level": …, "text": … }, …]`.
std::string log_line_json(const sandbox::LogLine& line);
std::string log_lines_json(const std::vector<sandbox::LogLine>& logs);

}  // namespace swiftgrid::nodes
