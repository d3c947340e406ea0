#pragma once

// Exit codes of every command (architecture contract).

#include "base/result.h"

namespace swiftgrid::app {

constexpr int exit_done = 0;
constexpr int exit_failed = 1;  // the thing itself failed
constexpr int exit_usage = 2;

// Says on standard error what is wrong; gives exit_failed.
int failed(const Error& error);

}  // namespace swiftgrid::app
