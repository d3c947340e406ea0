#pragma once

// `swiftgrid cron next`: when an expression occurs, without a server.

#include "app/options.h"

namespace swiftgrid::app {

// Gives the exit code.
int run_cron_next(const CronNextOptions& options);

}  // namespace swiftgrid::app
