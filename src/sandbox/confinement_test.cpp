// What a worker cannot do, tried by processes that are confined by the same functions, and what the
// kernel says about real workers.

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <gmock/gmock.h>

#include "base/limits.h"
#include "sandbox/confinement.h"
#include "sandbox/script_world_test.h"
#include "sandbox/worker_processes_test.h"

namespace swiftgrid::sandbox {
namespace {

// The wait status of a child that runs `body` and then ends with 0.
int status_of_child(const std::function<void()>& body) {
    const pid_t child = ::fork();
    if (child == 0) {
        body();
        ::syscall(SYS_exit_group, 0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
}

int status_confined(const std::function<void()>& body) {
    auto program = build_seccomp_program();
    EXPECT_TRUE(program.has_value());
    const pid_t test = ::getpid();
    const std::size_t address_space_bytes = worker_address_space_bytes();
    return status_of_child([&] {
        auto confined = confine_worker({*program, 0, test, address_space_bytes});
        if (!confined) ::_exit(77);
        body();
    });
}

bool is_ended_by_filter(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS; }

TEST(Confinement, ForbiddenSystemCallsEndTheProcess) {
    char text[] = "/bin/true";
    char* arguments[] = {text, nullptr};
    msghdr message{};
    void* const page =
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const std::map<std::string, std::function<void()>> attempts{
        {"openat", [&] { ::syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }},
        {"open", [&] { ::syscall(SYS_open, "/etc/passwd", O_RDONLY); }},
        {"socket", [] { ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }},
        {"connect", [] { ::syscall(SYS_connect, 0, nullptr, 0); }},
        {"execve", [&] { ::syscall(SYS_execve, text, arguments, nullptr); }},
        {"clone", [] { ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0); }},
        {"kill", [] { ::syscall(SYS_kill, ::getppid(), 0); }},
        {"ptrace", [] { ::syscall(SYS_ptrace, PTRACE_TRACEME, 0, nullptr, nullptr); }},
        {"prctl", [] { ::syscall(SYS_prctl, PR_GET_DUMPABLE, 0, 0, 0, 0); }},
        {"sendmsg", [&] { ::syscall(SYS_sendmsg, 0, &message, 0); }},
        {"recvmsg", [&] { ::syscall(SYS_recvmsg, 0, &message, 0); }},
        {"process_vm_readv",
         [] { ::syscall(SYS_process_vm_readv, ::getppid(), nullptr, 0, nullptr, 0, 0); }},
        {"ioctl", [] { ::syscall(SYS_ioctl, 0, 0, 0); }},
        {"unshare", [] { ::syscall(SYS_unshare, 0); }},
        {"io_uring_setup", [] { ::syscall(SYS_io_uring_setup, 1, nullptr); }},
        {"bpf", [] { ::syscall(SYS_bpf, 0, nullptr, 0); }},
        {"userfaultfd", [] { ::syscall(SYS_userfaultfd, 0); }},
        {"fork", [] { ::syscall(SYS_fork); }},
        {"vfork", [] { ::syscall(SYS_vfork); }},
        {"clone3", [] { ::syscall(SYS_clone3, nullptr, 0); }},
        {"execveat", [&] { ::syscall(SYS_execveat, AT_FDCWD, text, arguments, nullptr, 0); }},
        {"tgkill", [] { ::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0); }},
        {"pidfd_open", [] { ::syscall(SYS_pidfd_open, ::getppid(), 0); }},
        {"openat2", [] { ::syscall(SYS_openat2, AT_FDCWD, "/", nullptr, 0); }},
        {"creat", [] { ::syscall(SYS_creat, "/tmp/x", 0600); }},
        {"unlink", [] { ::syscall(SYS_unlink, "/tmp/x"); }},
        {"rename", [] { ::syscall(SYS_rename, "/tmp/x", "/tmp/y"); }},
        {"stat", [] { ::syscall(SYS_newfstatat, AT_FDCWD, "/", nullptr, 0); }},
        {"socketpair", [] { ::syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, nullptr); }},
        {"bind", [] { ::syscall(SYS_bind, 0, nullptr, 0); }},
        {"accept4", [] { ::syscall(SYS_accept4, 0, nullptr, nullptr, 0); }},
        {"dup", [] { ::syscall(SYS_dup, 0); }},
        {"pipe2", [] { ::syscall(SYS_pipe2, nullptr, 0); }},
        {"memfd_create", [] { ::syscall(SYS_memfd_create, "x", 0); }},
        {"prlimit64", [] { ::syscall(SYS_prlimit64, 0, 0, nullptr, nullptr); }},
        {"setuid", [] { ::syscall(SYS_setuid, 0); }},
        {"mount", [] { ::syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr); }},
        {"keyctl", [] { ::syscall(SYS_keyctl, 0, 0, 0, 0, 0); }},
        {"perf_event_open", [] { ::syscall(SYS_perf_event_open, nullptr, 0, 0, 0, 0); }},
        {"shmget", [] { ::syscall(SYS_shmget, 1, 1, 0); }},
        {"getrandom", [] { ::syscall(SYS_getrandom, nullptr, 0, 0); }},
        {"nanosleep", [] { ::syscall(SYS_nanosleep, nullptr, nullptr); }},
        {"executable memory",
         [] {
             ::syscall(SYS_mmap, nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                       -1, 0);
         }},
        {"memory made executable",
         [&] { ::syscall(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC); }},
        {"memory of a file",
         [] { ::syscall(SYS_mmap, nullptr, 4096, PROT_READ, MAP_PRIVATE, 0, 0); }},
    };
    for (const auto& [name, attempt] : attempts) {
        EXPECT_TRUE(is_ended_by_filter(status_confined(attempt))) << name;
    }
    ::munmap(page, 4096);
}

TEST(Confinement, MemoryAndClockWork) {
    const int status = status_confined([] {
        for (std::size_t size = 16; size < 64 * limits::mebibyte; size *= 2) {
            void* block = std::realloc(std::malloc(size), size * 2);
            if (block == nullptr) ::_exit(1);
            std::free(block);
        }
        timespec now{};
        if (::clock_gettime(CLOCK_MONOTONIC, &now) != 0) ::_exit(2);
    });
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Confinement, AddressSpaceIsLimited) {
    if (worker_address_space_bytes() == 0) GTEST_SKIP() << "sanitizers need the address space";
    const int status = status_confined([] {
        // Volatile, or an optimizing compiler takes the allocation away.
        void* volatile block = std::malloc(2'000 * limits::mebibyte);
        if (block != nullptr) ::_exit(1);
    });
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

std::map<std::string, std::string> status_file(pid_t process) {
    std::map<std::string, std::string> fields;
    std::ifstream file("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        const std::size_t text = line.find_first_not_of(" \t", colon + 1);
        fields[line.substr(0, colon)] = text == std::string::npos ? "" : line.substr(text);
    }
    return fields;
}

// The hard limit of this name in /proc/<process>/limits.
std::string limit_of(pid_t process, const std::string& name) {
    std::ifstream file("/proc/" + std::to_string(process) + "/limits");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(name)) continue;
        std::istringstream fields(line.substr(name.size()));
        std::string soft;
        std::string hard;
        fields >> soft >> hard;
        return hard;
    }
    return "not found";
}

TEST(Confinement, RealWorkersHaveNothing) {
    ScriptWorld world;
    EXPECT_EQ(world.result_of("return 1"), "1");
    const std::vector<pid_t> workers = children_of(test_zygote().process_id());
    ASSERT_FALSE(workers.empty());
    for (pid_t worker : workers) {
        auto status = status_file(worker);
        EXPECT_EQ(status["Seccomp"], "2");
        EXPECT_EQ(status["NoNewPrivs"], "1");
        for (const char* name :
             {"Max open files", "Max processes", "Max file size", "Max core file size"}) {
            EXPECT_EQ(limit_of(worker, name), "0") << name;
        }
        if (::geteuid() != 0) continue;
        EXPECT_THAT(status["Uid"], testing::StartsWith("65534"));
        EXPECT_EQ(status["CapEff"], "0000000000000000");
    }
}

TEST(Confinement, EnvironmentOfTheServerIsNotInherited) {
    std::ifstream file("/proc/" + std::to_string(test_zygote().process_id()) + "/environ");
    const std::string environment{std::istreambuf_iterator<char>(file), {}};
    if (::geteuid() != 0) {
        EXPECT_TRUE(environment.empty()) << "others of the same user may not look either";
        return;
    }
    EXPECT_TRUE(file.good() || file.eof());
    EXPECT_EQ(environment.find_first_not_of('\0'), std::string::npos) << environment;
}

void wait_until_gone(pid_t process) {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    if (handle < 0) return;  // gone already
    pollfd wait{handle, POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 10'000), 1) << "process " << process << " outlives its server";
    ::close(handle);
}

// A server that is killed takes zygote and workers with it, also one in an endless native loop.
TEST(Confinement, EverythingEndsWithTheServer) {
    int report[2];
    ASSERT_EQ(::pipe(report), 0);
    const pid_t server = ::fork();
    if (server == 0) {
        auto zygote = Zygote::start();
        if (!zygote) ::_exit(1);
        auto pool = ScriptPool::create(*zygote, {.workers = 1});
        if (!pool) ::_exit(1);
        Code code{"return 'a'.repeat(1e6).indexOf('a'.repeat(5e5) + 'b')", JsonText(), {}};
        (*pool)->submit(Call{1, std::move(code), 60'000});
        (*pool)->flush();
        while (children_of(zygote->process_id()).empty()) {
        }
        const pid_t pids[2] = {zygote->process_id(), children_of(zygote->process_id()).front()};
        if (::write(report[1], pids, sizeof pids) != sizeof pids) ::_exit(1);
        ::pause();
    }
    pid_t pids[2] = {0, 0};
    ASSERT_EQ(::read(report[0], pids, sizeof pids), static_cast<ssize_t>(sizeof pids));
    ::kill(server, SIGKILL);
    int status = 0;
    ::waitpid(server, &status, 0);
    for (pid_t process : pids) wait_until_gone(process);
    ::close(report[0]);
    ::close(report[1]);
}

// A kernel or a container that refuses the filter must not lead to scripts without one.
TEST(Confinement, RefusesToStartWithoutTheFilter) {
    const int status = status_of_child([] {
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                         SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP, 0));
        if (seccomp_load(filter) != 0) ::_exit(3);
        auto zygote = Zygote::start();
        if (!zygote) ::_exit(4);
        const auto connected = zygote->connect();
        if (connected.has_value()) ::_exit(1);
        const bool is_clear = connected.error().message.find("seccomp") != std::string::npos;
        if (!is_clear) ::_exit(2);
    });
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

// What containers usually refuse: namespaces and changing the user.
TEST(Confinement, WorksWithoutTheRightToUnshareOrChangeTheUser) {
    const int status = status_of_child([] {
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        for (int call :
             {SCMP_SYS(unshare), SCMP_SYS(setresuid), SCMP_SYS(setresgid), SCMP_SYS(setgroups)}) {
            seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
        }
        if (seccomp_load(filter) != 0) ::_exit(3);
        auto zygote = Zygote::start();
        if (!zygote) ::_exit(1);
        auto pool = ScriptPool::create(*zygote, {.workers = 1});
        if (!pool) ::_exit(2);
        (*pool)->submit(Call{1, Code{"return 1", JsonText(), {}}, 5'000});
        (*pool)->flush();
        std::vector<Reply> replies;
        while (replies.empty()) {
            pollfd wait{(*pool)->poll_fd(), POLLIN, 0};
            ::poll(&wait, 1, 10);
            (*pool)->poll(steady_ms(), replies);
        }
        if (!std::holds_alternative<CodeResult>(replies[0].outcome)) ::_exit(4);
    });
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace swiftgrid::sandbox
