#pragma once

// `swiftgrid validate FLOW.json…`: problems with file, pointer and mend.

#include "app/options.h"

namespace swiftgrid::app {

// Gives the exit code.
int run_validate(const ValidateOptions& options);

}  // namespace swiftgrid::app
