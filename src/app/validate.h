#pragma once

// `swiftgrid validate FLOW.json…`: problems with file, pointer and mend. Scripts are parsed in the
// sandbox and not run.

#include "app/options.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

// Gives the exit code.
int run_validate(const ValidateOptions& options, sandbox::Zygote& zygote);

}  // namespace swiftgrid::app
