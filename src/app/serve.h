#pragma once

// `swiftgrid serve`: the API and the web UI until a signal, then a drain.

#include "app/options.h"
#include "app/signals.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

// Gives the exit code.
int run_serve(const ServeOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals);

}  // namespace swiftgrid::app
