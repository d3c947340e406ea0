#pragma once

// `swiftgrid secrets`: secrets and variables of a data folder, or of a running server.

#include "app/options.h"
#include "app/signals.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

int run_secrets(const SecretsOptions& options, sandbox::Zygote& zygote,
                TerminationSignals& signals);

}  // namespace swiftgrid::app
