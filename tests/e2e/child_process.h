#pragma once

// A program that runs beside the test: arguments, environment, output in files, exit code. The
// destructor kills it, so that a failed test leaves nothing behind.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace swiftgrid::e2e {

// The binary under test: $SWIFTGRID_BIN, else what this build made.
std::string swiftgrid_binary();

class ChildProcess {
public:
    struct Spec {
        std::vector<std::string> arguments;  // the first is the program, looked up in PATH
        std::vector<std::pair<std::string, std::string>> environment = {};  // on top of ours
        std::string stdout_file = "/dev/null";                              // appended to
        std::string stderr_file = "/dev/null";
        std::string stdin_file = "/dev/null";
    };

    explicit ChildProcess(const Spec& spec);
    ~ChildProcess();

    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }
    void send_signal(int signal) const;

    // Nothing while it runs. A process that a signal ended gives minus the signal.
    std::optional<int> exit_code();
    // Kills it when the deadline passes, and gives minus the signal then.
    int wait();

private:
    pid_t pid_ = -1;
    std::optional<int> exit_code_;
};

}  // namespace swiftgrid::e2e
