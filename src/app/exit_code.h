#pragma once

// Exit codes of every command (architecture contract).

namespace swiftgrid::app {

constexpr int exit_done = 0;
constexpr int exit_failed = 1;  // the thing itself failed
constexpr int exit_usage = 2;

}  // namespace swiftgrid::app
