#pragma once

// `swiftgrid run FLOW.json`: one run of a flow file to its end, without a server, with live
// progress.

#include "app/options.h"
#include "app/signals.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

// Gives the exit code: 0 only when the run completed.
int run_flow(const RunOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals);

}  // namespace swiftgrid::app
