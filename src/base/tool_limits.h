#pragma once

// The limits of workflows that assistants call as tools (MCP), apart from limits.h, which
// everything includes. In the same form: each with its unit and the reason for its size.

#include <cstddef>
#include <cstdint>

namespace swiftgrid::limits {

// Names and descriptions of tools. Schemas that are larger are offered as "any object".
constexpr std::size_t tool_name_characters = 128;
constexpr std::size_t tool_description_characters = 4'000;
constexpr std::size_t tool_schema_bytes = 64 * 1024;
constexpr std::size_t tools_per_page = 50;
// How long a call waits for the end of its run: the official clients wait for a minute.
constexpr std::int64_t tool_wait_ms = 50'000;
// Calls that wait at the same time; the next one is told so.
constexpr std::size_t tool_calls = 256;
// An output ends in the context of a model. A longer one is read over the API.
constexpr std::size_t tool_output_bytes = 256 * 1024;
// Between two messages about the progress of a run.
constexpr std::int64_t tool_progress_ms = 250;
// What is wrong with arguments is told up to so many problems.
constexpr std::size_t tool_argument_problems = 20;
// Of the id of a request and of a progress token: they are kept while the call waits.
constexpr std::size_t mcp_id_bytes = 256;

}  // namespace swiftgrid::limits
