#include "sandbox/zygote_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <linux/close_range.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <ctime>

#include "base/assert.h"
#include "base/time_zone.h"
#include "sandbox/confinement.h"
#include "sandbox/executor.h"
#include "sandbox/progress_page.h"
#include "sandbox/realm.h"
#include "sandbox/socket_io.h"
#include "sandbox/worker.h"

namespace swiftgrid::sandbox {
namespace {

// A tenth of the weight of a process at 0.
constexpr int niceness_of_long_scripts = 10;

void close_inherited(int control) {
    // Standard error stays, for assertions.
    for (int fd : {0, 1}) {
        if (fd != control) ::close(fd);
    }
    const auto kept = static_cast<unsigned>(control);
    if (kept > 3) ::close_range(3, kept - 1, 0);
    ::close_range(std::max(kept, 2U) + 1, ~0U, 0);
}

// The server's environment may hold tokens and passwords, and workers inherit our memory.
void wipe_environment() {
    for (char** variable = environ; *variable != nullptr; ++variable) {
        ::explicit_bzero(*variable, std::strlen(*variable));
    }
    ::clearenv();
}

class ZygoteProcess {
public:
    ZygoteProcess(UniqueFd control, pid_t server) : control_(std::move(control)), server_(server) {}

    [[noreturn]] void run() {
        close_inherited(control_.get());
        const auto prepared = prepare();
        if (!prepared) report_and_exit(prepared.error().message);
        prove_confinement();
        static constexpr char ready = '\0';
        send_some(control_.get(), {&ready, 1}, 0);
        // Workers open no files. It takes a while, and nobody has to wait for it but the first one.
        TimeZone::prepare();
        serve();
    }

private:
    struct Client {
        UniqueFd socket;
        std::map<std::uint64_t, pid_t> workers;  // by token
    };

    [[noreturn]] void report_and_exit(const std::string& reason) {
        send_some(control_.get(), reason, 0);
        ::_exit(1);
    }

    Result<void> prepare() {
        wipe_environment();
        // Results must not depend on the machine: scripts see UTC, and no zone file is ever read.
        ::setenv("TZ", "UTC0", 1);
        ::tzset();
        auto confined = confine_zygote(server_);
        if (!confined) return confined;
        auto program = build_seccomp_program();
        if (!program) return std::unexpected(program.error());
        program_ = *std::move(program);
        auto realm = Realm::create();
        if (!realm) return std::unexpected(realm.error());
        realm_ = *std::move(realm);
        address_space_bytes_ = worker_address_space_bytes();

        sigset_t children;
        sigemptyset(&children);
        sigaddset(&children, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &children, nullptr);
        signals_.reset(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
        if (!signals_.is_open()) return fail(ErrorCode::internal, "signalfd failed");
        return {};
    }

    // The first worker runs a script under full confinement; where that fails, none is ever
    // started.
    void prove_confinement() {
        const pid_t zygote = ::getpid();
        const pid_t child = ::fork();
        if (child < 0) report_and_exit("script workers cannot be forked");
        if (child == 0) {
            auto confined =
                confine_worker({program_, control_.get(), zygote, address_space_bytes_});
            if (!confined) report_and_exit(confined.error().message);
            Executor executor(*realm_);
            Request request;
            request.time_ms = 10'000;
            request.sources = {"new Date(0).getHours() + Math.floor(Math.random())"};
            const RawReply reply = executor.run(request);
            const bool right = reply.results.size() == 1 && reply.results[0].json == "0";
            ::_exit(right ? 0 : 2);
        }
        int status = 0;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) == 1) ::_exit(1);  // it has reported
        if (WIFSIGNALED(status)) {
            report_and_exit("the first script worker was ended by signal " +
                            std::to_string(WTERMSIG(status)));
        }
        if (WEXITSTATUS(status) != 0) report_and_exit("the first script gave a wrong result");
    }

    [[noreturn]] void serve() {
        while (true) {
            std::vector<pollfd> waits{{signals_.get(), POLLIN, 0}, {control_.get(), POLLIN, 0}};
            for (const auto& client : clients_) waits.push_back({client->socket.get(), POLLIN, 0});
            if (::poll(waits.data(), waits.size(), -1) < 0) {
                SG_ASSERT(errno == EINTR, "poll on valid descriptors");
                continue;
            }
            if (waits[0].revents != 0) reap();
            // From behind, because a client that is gone leaves the list.
            for (std::size_t i = clients_.size(); i-- > 0;) {
                if (waits[i + 2].revents != 0 && !serve_client(*clients_[i])) {
                    clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(i));
                }
            }
            if (waits[1].revents != 0) accept_client();
        }
    }

    void accept_client() {
        auto received = receive_message(control_.get());
        if (!received) end_with_server();
        if (!received->files[0].is_open()) return;
        clients_.push_back(std::make_unique<Client>());
        clients_.back()->socket = std::move(received->files[0]);
    }

    [[noreturn]] void end_with_server() {
        for (const auto& client : clients_) kill_all(*client);
        ::_exit(0);
    }

    static void kill_all(const Client& client) {
        for (const auto& [token, worker] : client.workers) ::kill(worker, SIGKILL);
    }

    bool serve_client(Client& client) {
        auto received = receive_message(client.socket.get());
        if (!received) {
            kill_all(client);
            return false;
        }
        if (received->message.request == ZygoteRequest::spawn) {
            spawn(client, *received);
            return true;
        }
        // Not reaped yet, so the process id still is this worker's.
        const auto found = client.workers.find(received->message.token);
        if (found == client.workers.end()) return true;
        if (received->message.request == ZygoteRequest::kill) ::kill(found->second, SIGKILL);
        if (received->message.request == ZygoteRequest::step_back)
            ::setpriority(PRIO_PROCESS, static_cast<id_t>(found->second), niceness_of_long_scripts);
        return true;
    }

    // When it fails, closing the worker's end of the socket tells the pool.
    void spawn(Client& client, ReceivedMessage& received) {
        if (!received.files[0].is_open() || !received.files[1].is_open()) return;
        const pid_t zygote = ::getpid();
        const pid_t child = ::fork();
        if (child == 0) become_worker(received, zygote);
        if (child > 0) client.workers[received.message.token] = child;
    }

    [[noreturn]] void become_worker(ReceivedMessage& received, pid_t zygote) {
        const auto progress = ProgressPage::map(received.files[1].get());
        RandomKeys keys;
        const bool keyed = ::getrandom(&keys, sizeof keys, 0) == sizeof keys;
        if (!progress || !keyed) ::_exit(1);
        realm_->set_random_keys(keys);
        const auto confined =
            confine_worker({program_, received.files[0].get(), zygote, address_space_bytes_});
        if (!confined) ::_exit(1);
        run_worker(*realm_, received.files[0].get(), *progress);
    }

    void reap() {
        signalfd_siginfo info{};
        while (::read(signals_.get(), &info, sizeof info) > 0) {
        }
        int status = 0;
        pid_t ended = 0;
        while ((ended = ::waitpid(-1, &status, WNOHANG)) > 0) {
            for (const auto& client : clients_) {
                std::erase_if(client->workers,
                              [ended](const auto& worker) { return worker.second == ended; });
            }
        }
    }

    UniqueFd control_;
    pid_t server_;
    UniqueFd signals_;
    SeccompProgram program_;
    std::unique_ptr<Realm> realm_;
    std::size_t address_space_bytes_ = 0;
    std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace

void run_zygote(UniqueFd control, pid_t server) { ZygoteProcess(std::move(control), server).run(); }

}  // namespace swiftgrid::sandbox
