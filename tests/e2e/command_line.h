#pragma once

// Runs the binary as a person in a shell does: arguments in; exit code, output and messages out.

#include <string>
#include <vector>

namespace swiftgrid::e2e {

struct CommandResult {
    int exit_code = 0;
    std::string out;
    std::string err;
};

CommandResult run_command(std::vector<std::string> arguments, const std::string& input = "");

}  // namespace swiftgrid::e2e
