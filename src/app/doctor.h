#pragma once

// `swiftgrid doctor`: examines a data folder, changes nothing, and works beside a running server;
// with --server a server examines its own, and the same is printed.

#include "app/options.h"

namespace swiftgrid::app {

// exit_done when all is well, exit_failed when something was found.
int run_doctor(const DoctorOptions& options);

}  // namespace swiftgrid::app
