#pragma once

// `swiftgrid bench`: how many runs this machine and its disk carry, and how long one takes.

#include "app/options.h"
#include "app/signals.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

int run_bench(const BenchOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals);

}  // namespace swiftgrid::app
