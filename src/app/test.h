#pragma once

// `swiftgrid test FLOW.json`: the tests that stand beside a flow file, without a server and without
// any call to the outside.

#include "app/options.h"
#include "app/signals.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

// Gives the exit code: 0 only when every test passed.
int run_test(const TestOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals);

// "orders.tests.json" for "orders.json".
std::string tests_file_of(const std::string& flow_file);

}  // namespace swiftgrid::app
