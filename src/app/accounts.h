#pragma once

// `swiftgrid user` and `swiftgrid token`: accounts and tokens of a data folder, for whoever has the
// machine, or of a running server, for whoever has its token.

#include "app/options.h"
#include "app/signals.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

int run_user(const UserOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals);
int run_token(const TokenOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals);

}  // namespace swiftgrid::app
