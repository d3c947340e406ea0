#pragma once

// swiftgrid import and swiftgrid export: files of a data folder or of a running server.

#include "app/options.h"
#include "app/signals.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

int run_import(const ImportOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals);
int run_export(const ExportOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals);

}  // namespace swiftgrid::app
