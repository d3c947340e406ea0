#include "sandbox/zygote.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "sandbox/socket_io.h"
#include "sandbox/zygote_process.h"

namespace swiftgrid::sandbox {
namespace {

constexpr int start_seconds_max = 20;

// A zero byte: ready. Anything else is the reason why not.
Result<void> await_ready(int control) {
    const timeval patience{start_seconds_max, 0};
    ::setsockopt(control, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string answer;
    const ssize_t count = receive_more(control, answer, 0);
    if (count < 0) return fail(ErrorCode::not_available, "the script sandbox does not start");
    if (count == 0) return fail(ErrorCode::not_available, "the script sandbox ended at its start");
    if (answer == std::string(1, '\0')) return {};
    return fail(ErrorCode::not_available, "the script sandbox cannot start: " + answer);
}

}  // namespace

Result<Zygote> Zygote::start() {
    auto sockets = make_socket_pair(SOCK_SEQPACKET);
    if (!sockets) return std::unexpected(sockets.error());
    const pid_t server = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) {
        return fail(ErrorCode::not_available,
                    std::string("the script sandbox cannot be forked: ") + std::strerror(errno));
    }
    if (child == 0) {
        sockets->near.reset();
        run_zygote(std::move(sockets->far), server);
    }
    sockets->far.reset();
    return Zygote(child, std::move(sockets->near));
}

Zygote::Zygote(Zygote&& other) noexcept
    : process_id_(std::exchange(other.process_id_, -1)),
      control_(std::move(other.control_)),
      is_ready_(other.is_ready_) {}

Zygote::~Zygote() {
    if (process_id_ < 0) return;
    control_.reset();
    ::kill(process_id_, SIGKILL);  // its workers have PDEATHSIG
    int status = 0;
    while (::waitpid(process_id_, &status, 0) < 0 && errno == EINTR) {
    }
}

bool Zygote::has_ended() const {
    siginfo_t info{};
    // Only looks; the destructor reaps.
    const int asked =
        ::waitid(P_PID, static_cast<id_t>(process_id_), &info, WEXITED | WNOHANG | WNOWAIT);
    return asked != 0 || info.si_pid == process_id_;
}

Result<UniqueFd> Zygote::connect() {
    auto sockets = make_socket_pair(SOCK_SEQPACKET);
    if (!sockets) return std::unexpected(sockets.error());
    const std::lock_guard lock(connecting_);
    if (!is_ready_) {
        if (auto ready = await_ready(control_.get()); !ready) return std::unexpected(ready.error());
        is_ready_ = true;
    }
    if (!send_message(control_.get(), {ZygoteRequest::connect}, {sockets->far.get(), -1})) {
        return fail(ErrorCode::internal, "the script sandbox does not answer");
    }
    return std::move(sockets->near);
}

}  // namespace swiftgrid::sandbox
