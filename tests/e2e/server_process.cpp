#include "server_process.h"

#include <csignal>
#include <stdexcept>

#include "eventually.h"

namespace swiftgrid::e2e {
namespace {

constexpr std::string_view ready = "SwiftGrid is ready at ";

// The address in the whole lines of `text`, "" when there is none yet.
std::string address_in(const std::string& text) {
    const std::size_t begin = text.find(ready);
    if (begin == std::string::npos) return "";
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) return "";
    return text.substr(begin + ready.size(), end - begin - ready.size());
}

}  // namespace

ServerProcess::ServerProcess(ServerSetup setup) : setup_(std::move(setup)) {
    if (setup_.data_dir.empty()) setup_.data_dir = folder_.file("data");
    start();
}

std::string ServerProcess::url() const {
    const std::lock_guard lock(mutex_);
    return url_;
}

void ServerProcess::start() {
    const std::size_t printed = output().size();
    ChildProcess::Spec spec;
    spec.arguments = setup_.wrapper;
    spec.arguments.insert(spec.arguments.end(), {swiftgrid_binary(), "serve", "--listen",
                                                 setup_.listen, "--data-dir", setup_.data_dir});
    spec.arguments.insert(spec.arguments.end(), setup_.flags.begin(), setup_.flags.end());
    if (!setup_.token.empty()) spec.environment = {{"SWIFTGRID_API_TOKEN", setup_.token}};
    spec.stdout_file = folder_.file("out");
    spec.stderr_file = folder_.file("err");
    process_ = std::make_unique<ChildProcess>(spec);
    std::string address;
    eventually([&] {
        address = address_in(output().substr(printed));
        return !address.empty() || process_->exit_code();
    });
    if (address.empty()) throw std::runtime_error("the server did not start: " + messages());
    const std::lock_guard lock(mutex_);
    url_ = address;
}

void ServerProcess::kill_hard() {
    process_->send_signal(SIGKILL);
    process_->wait();
}

int ServerProcess::terminate() {
    process_->send_signal(SIGTERM);
    return process_->wait();
}

}  // namespace swiftgrid::e2e
