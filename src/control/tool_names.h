#pragma once

// Names of tools: [A-Za-z0-9_.-]{1,128}, as MCP has them.

#include <array>
#include <string>
#include <string_view>

namespace swiftgrid::control {

// What the server itself offers beside the workflows.
constexpr std::string_view list_workflows_tool = "list_workflows";
constexpr std::string_view list_runs_tool = "list_runs";
constexpr std::string_view get_run_tool = "get_run";
constexpr std::array run_tools{list_workflows_tool, list_runs_tool, get_run_tool};

bool is_tool_name(std::string_view name);
bool is_run_tool(std::string_view name);

// "Daily report (new)" becomes "daily_report_new".
std::string tool_slug(std::string_view flow_name);

}  // namespace swiftgrid::control
