#pragma once

// The small process from which script workers are forked. main() starts it before any thread exists
// and before anything big is allocated, because a fork copies both problems. It holds a warm,
// hardened realm that every worker inherits, reaps workers and kills them on request: it is their
// parent, so a process id can never be somebody else's. It ends with the server, however that ends.
//
//   server ── connect() ──▶ zygote ── fork ──▶ worker (confined)
//     └────────── socket, progress page ─────────┘

#include <mutex>

#include <sys/types.h>

#include "base/result.h"
#include "sandbox/unique_fd.h"

namespace swiftgrid::sandbox {

class Zygote {
public:
    // Forks the zygote, which gets ready while the caller goes on.
    static Result<Zygote> start();

    Zygote(Zygote&& other) noexcept;
    Zygote& operator=(Zygote&&) = delete;
    // Ends the zygote and with it every worker.
    ~Zygote();

    // A control socket for one ScriptPool. Any thread. The first call waits until the zygote has
    // proved, with a first worker, that scripts can be confined here (seccomp, limits, no new
    // privileges). Where they cannot be, no script ever runs: the error says what is missing.
    Result<UniqueFd> connect();

    // True when it has ended by itself: no script will ever run again. Any thread.
    bool has_ended() const;

    pid_t process_id() const { return process_id_; }

private:
    Zygote(pid_t process_id, UniqueFd control)
        : process_id_(process_id), control_(std::move(control)) {}

    pid_t process_id_ = -1;
    UniqueFd control_;
    std::mutex connecting_;
    bool is_ready_ = false;
};

}  // namespace swiftgrid::sandbox
