#pragma once

// `swiftgrid serve` on a free port with a data folder of its own, which outlives kills and
// restarts. `url()` changes with every restart and may be read on any thread.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "child_process.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {

struct ServerSetup {
    std::string token = "e2e-token-0123456789";  // "" leaves it to the server to make one
    std::vector<std::string> flags = {};
    std::vector<std::string> wrapper = {};  // a command that ends by executing the rest
    std::string data_dir = {};              // "" is a folder of this object
    std::string listen = "127.0.0.1:0";
};

class ServerProcess {
public:
    // Throws when the server is not ready in time.
    explicit ServerProcess(ServerSetup setup = {});

    std::string url() const;
    const std::string& token() const { return setup_.token; }
    const std::string& data_dir() const { return setup_.data_dir; }
    ChildProcess& process() { return *process_; }

    // Everything it printed so far, of all its lives.
    std::string output() const { return read_text(folder_.file("out")); }
    std::string messages() const { return read_text(folder_.file("err")); }

    void kill_hard();
    // SIGTERM; gives the exit code.
    int terminate();
    // After one of the two above, on the same data.
    void start();
    void set_wrapper(std::vector<std::string> wrapper) { setup_.wrapper = std::move(wrapper); }

private:
    TempFolder folder_;
    ServerSetup setup_;
    std::unique_ptr<ChildProcess> process_;
    mutable std::mutex mutex_;
    std::string url_;
};

}  // namespace swiftgrid::e2e
