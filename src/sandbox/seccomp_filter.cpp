// The allow-list of system calls (technology 1.5) and its installation.

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "sandbox/confinement.h"
#include "sandbox/unique_fd.h"

namespace swiftgrid::sandbox {
namespace {

struct ReleaseFilter {
    void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

// read, write, sendto, recvfrom: the one socket. The rest is what malloc and the clock need.
constexpr int plain_calls[] = {
    SCMP_SYS(read),        SCMP_SYS(write),      SCMP_SYS(sendto),       SCMP_SYS(recvfrom),
    SCMP_SYS(futex),       SCMP_SYS(brk),        SCMP_SYS(munmap),       SCMP_SYS(mremap),
    SCMP_SYS(madvise),     SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday)};

// What the sanitizers' own runtime calls; such a build is for tests only.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int sanitizer_calls[] = {SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield), SCMP_SYS(getpid),
                                   SCMP_SYS(gettid), SCMP_SYS(rt_sigprocmask)};
#define SG_SANITIZED
#endif
#endif

// Memory yes, but never of a file and never executable.
int add_memory_rules(void* filter) {
    int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                                  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                                  SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    if (failed != 0) return failed;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

Result<SeccompProgram> exported(void* filter) {
    UniqueFd file(::memfd_create("swiftgrid-filter", MFD_CLOEXEC));
    if (!file.is_open() || seccomp_export_bpf(filter, file.get()) != 0) {
        return fail(ErrorCode::internal, "the system call filter cannot be exported");
    }
    const off_t bytes = ::lseek(file.get(), 0, SEEK_END);
    SeccompProgram program(static_cast<std::size_t>(bytes) / sizeof(sock_filter));
    const std::size_t wanted = program.size() * sizeof(sock_filter);
    if (program.empty() || ::pread(file.get(), program.data(), wanted, 0) != bytes) {
        return fail(ErrorCode::internal, "the system call filter cannot be read back");
    }
    return program;
}

}  // namespace

Result<SeccompProgram> build_seccomp_program() {
    const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
    if (!filter) return fail(ErrorCode::internal, "libseccomp cannot make a filter");
    for (int call : plain_calls) {
        if (seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) != 0) {
            return fail(ErrorCode::internal, "libseccomp refuses a rule");
        }
    }
#ifdef SG_SANITIZED
    for (int call : sanitizer_calls) seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
#endif
    if (add_memory_rules(filter.get()) != 0) {
        return fail(ErrorCode::internal, "libseccomp refuses the rules for memory");
    }
    return exported(filter.get());
}

Result<void> install_seccomp(SeccompProgram& program) {
    sock_fprog installed{static_cast<unsigned short>(program.size()), program.data()};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &installed, 0, 0) != 0) {
        return fail(ErrorCode::not_available,
                    std::string("the kernel refuses the system call filter (seccomp): ") +
                        std::strerror(errno));
    }
    return {};
}

}  // namespace swiftgrid::sandbox
