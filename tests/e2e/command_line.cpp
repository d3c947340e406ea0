#include "command_line.h"

#include "child_process.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {

CommandResult run_command(std::vector<std::string> arguments, const std::string& input) {
    const TempFolder folder;
    arguments.insert(arguments.begin(), swiftgrid_binary());
    ChildProcess process({.arguments = std::move(arguments),
                          .stdout_file = folder.file("out"),
                          .stderr_file = folder.file("err"),
                          .stdin_file = folder.write("in", input)});
    const int exit_code = process.wait();
    return {exit_code, read_text(folder.file("out")), read_text(folder.file("err"))};
}

}  // namespace swiftgrid::e2e
