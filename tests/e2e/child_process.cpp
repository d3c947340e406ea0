#include "child_process.h"

#include <csignal>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eventually.h"

namespace swiftgrid::e2e {
namespace {

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& changes) {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        const std::size_t end = text.find('=');
        // What the caller's shell says about SwiftGrid must not reach the binary under test.
        if (end != std::string::npos && !text.starts_with("SWIFTGRID_"))
            variables[text.substr(0, end)] = text.substr(end + 1);
    }
    for (const auto& [name, value] : changes) variables[name] = value;
    std::vector<std::string> entries;
    for (const auto& [name, value] : variables) {
        entries.push_back(name);
        entries.back().append("=").append(value);
    }
    return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

std::string swiftgrid_binary() {
    const char* binary = std::getenv("SWIFTGRID_BIN");
    return binary && *binary ? binary : SWIFTGRID_BIN;
}

ChildProcess::ChildProcess(const Spec& spec) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    constexpr int output = O_WRONLY | O_CREAT | O_APPEND;
    ::posix_spawn_file_actions_addopen(&actions, 0, spec.stdin_file.c_str(), O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, spec.stdout_file.c_str(), output, 0600);
    ::posix_spawn_file_actions_addopen(&actions, 2, spec.stderr_file.c_str(), output, 0600);
    std::vector<std::string> arguments = spec.arguments;
    std::vector<std::string> environment = environment_with(spec.environment);
    const int failure = ::posix_spawnp(&pid_, arguments.front().c_str(), &actions, nullptr,
                                       pointers(arguments).data(), pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) throw std::runtime_error("cannot start " + arguments.front());
}

ChildProcess::~ChildProcess() {
    if (exit_code()) return;
    send_signal(SIGKILL);
    wait();
}

void ChildProcess::send_signal(int signal) const {
    if (!exit_code_) ::kill(pid_, signal);
}

std::optional<int> ChildProcess::exit_code() {
    int status = 0;
    if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
        exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return exit_code_;
}

int ChildProcess::wait() {
    if (!eventually([&] { return exit_code().has_value(); })) {
        send_signal(SIGKILL);
        eventually([&] { return exit_code().has_value(); });
    }
    return exit_code_.value_or(-SIGKILL);
}

}  // namespace swiftgrid::e2e
