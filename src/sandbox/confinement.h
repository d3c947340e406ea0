#pragma once

// What a process gives up before it runs scripts. README.md says against what. Limits, no new
// privileges and the system call filter are musts: a worker that cannot have them ends. Namespaces
// and another user are taken where the kernel and the container permit them.

#include <cstddef>
#include <vector>

#include <linux/filter.h>
#include <sys/types.h>

#include "base/result.h"

namespace swiftgrid::sandbox {

// The system calls of a worker as a program for the kernel; every other call ends the process.
using SeccompProgram = std::vector<sock_filter>;
Result<SeccompProgram> build_seccomp_program();

// Cannot be undone. Requires no_new_privs.
Result<void> install_seccomp(SeccompProgram& program);

// For the zygote, once: terminal signals are the server's business, no network, no mounts, no
// privileges that could be gained again.
Result<void> confine_zygote(pid_t server);

struct WorkerConfinement {
    SeccompProgram& program;
    int keep_fd;  // the only file descriptor that stays open
    pid_t zygote;
    std::size_t address_space_bytes;  // 0: no limit (sanitizers map terabytes)
};

Result<void> confine_worker(const WorkerConfinement& confinement);

// What RLIMIT_AS of a worker must be: what is mapped now, plus the script's memory, plus the
// messages' buffers.
std::size_t worker_address_space_bytes();

}  // namespace swiftgrid::sandbox
