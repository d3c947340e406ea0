#include "sandbox/confinement.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.h"
#include "sandbox/wire.h"

namespace swiftgrid::sandbox {
namespace {

constexpr uid_t nobody = 65534;
// The engine's own bookkeeping, malloc's slack, the stack.
constexpr std::size_t worker_slack_bytes = 64 * limits::mebibyte;

std::unexpected<Error> refused(const char* what) {
    return fail(ErrorCode::not_available, std::string("scripts cannot be confined here: ") + what +
                                              ": " + std::strerror(errno));
}

// Best effort: containers often permit none of these.
void leave_namespaces() {
    constexpr int wanted = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
    if (::unshare(wanted) == 0) return;
    if (::unshare(CLONE_NEWUSER | wanted) == 0) return;
    for (int one : {CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUTS}) ::unshare(one);
}

Result<void> become_nobody() {
    if (::geteuid() != 0) return {};
    // In a container root may lack these rights; then it also lacks what they would protect from.
    if (::setgroups(0, nullptr) != 0 && errno != EPERM) return refused("setgroups");
    if (::setresgid(nobody, nobody, nobody) != 0 && errno != EPERM && errno != EINVAL) {
        return refused("setresgid");
    }
    if (::setresuid(nobody, nobody, nobody) != 0 && errno != EPERM && errno != EINVAL) {
        return refused("setresuid");
    }
    return {};
}

Result<void> limit(int resource, rlim_t value, const char* name) {
    const rlimit wanted{value, value};
    if (::setrlimit(static_cast<__rlimit_resource>(resource), &wanted) != 0) return refused(name);
    return {};
}

Result<void> give_up_privileges() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs");
    // Nobody of the same user may look into the process.
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return refused("PR_SET_DUMPABLE");
    return {};
}

Result<void> end_with(pid_t parent) {
    // After the change of user, which clears it.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return refused("PR_SET_PDEATHSIG");
    if (::getppid() != parent) return fail(ErrorCode::internal, "the parent process is gone");
    return {};
}

void close_all_but(int fd) {
    const auto kept = static_cast<unsigned>(fd);
    if (kept > 0) ::close_range(0, kept - 1, 0);
    ::close_range(kept + 1, ~0U, 0);
}

Result<void> limit_resources(std::size_t address_space_bytes) {
    struct Limit {
        int resource;
        rlim_t value;
        const char* name;
    };
    const Limit wanted[] = {{RLIMIT_FSIZE, 0, "RLIMIT_FSIZE"},
                            {RLIMIT_NPROC, 0, "RLIMIT_NPROC"},
                            {RLIMIT_NOFILE, 0, "RLIMIT_NOFILE"},
                            {RLIMIT_CORE, 0, "RLIMIT_CORE"}};
    for (const Limit& one : wanted) {
        auto limited = limit(one.resource, one.value, one.name);
        if (!limited) return limited;
    }
    if (address_space_bytes == 0) return {};
    return limit(RLIMIT_AS, address_space_bytes, "RLIMIT_AS");
}

}  // namespace

Result<void> confine_zygote(pid_t server) {
    // Ctrl-C and a service manager's stop reach the whole group; the server drains first, then we
    // end with it.
    for (int ignored : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(ignored, SIG_IGN);
    ::prctl(PR_SET_NAME, "sg-zygote", 0, 0, 0);
    leave_namespaces();
    auto nobody_now = become_nobody();
    if (!nobody_now) return nobody_now;
    auto given_up = give_up_privileges();
    if (!given_up) return given_up;
    return end_with(server);
}

Result<void> confine_worker(const WorkerConfinement& confinement) {
    ::prctl(PR_SET_NAME, "sg-script", 0, 0, 0);
    close_all_but(confinement.keep_fd);
    auto tied = end_with(confinement.zygote);
    if (!tied) return tied;
    auto given_up = give_up_privileges();
    if (!given_up) return given_up;
    auto limited = limit_resources(confinement.address_space_bytes);
    if (!limited) return limited;
    return install_seccomp(confinement.program);
}

std::size_t worker_address_space_bytes() {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return 0;
#endif
#endif
    unsigned long pages = 0;
    std::FILE* file = std::fopen("/proc/self/statm", "re");
    if (file != nullptr) {
        if (std::fscanf(file, "%lu", &pages) != 1) pages = 0;
        std::fclose(file);
    }
    const std::size_t mapped =
        pages == 0 ? 256 * limits::mebibyte : pages * static_cast<std::size_t>(::getpagesize());
    return mapped + limits::script_memory_bytes + 2 * request_bytes_max + 2 * reply_bytes_max +
           worker_slack_bytes;
}

}  // namespace swiftgrid::sandbox
