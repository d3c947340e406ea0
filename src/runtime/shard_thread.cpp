#include "runtime/shard_thread.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/assert.h"

namespace swiftgrid::runtime {
namespace {

void wake(int fd) {
    const std::uint64_t one = 1;
    // The counter cannot overflow, and a full counter would mean "awake" anyway.
    [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

void add_to_epoll(int epoll_fd, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    SG_ASSERT(::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0, "epoll accepts the fd");
}

}  // namespace

ShardThread::ShardThread(ShardParts parts)
    : wake_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)),
      parts_(std::move(parts)),
      inbox_([this] { wake(wake_fd_); }, limits::inbox_commands, &parts_.clock),
      shard_(parts_, inbox_) {
    SG_ASSERT(wake_fd_ >= 0 && epoll_fd_ >= 0, "the system gives file descriptors");
    add_to_epoll(epoll_fd_, wake_fd_);
    add_to_epoll(epoll_fd_, timer_.fd());
    if (parts_.scripts.poll_fd() >= 0) add_to_epoll(epoll_fd_, parts_.scripts.poll_fd());
}

ShardThread::~ShardThread() {
    drain(0);
    ::close(wake_fd_);
    ::close(epoll_fd_);
}

void ShardThread::start(Recovery recovery) {
    shard_.recover(std::move(recovery));
    thread_ = std::thread([this] { run(); });
}

void ShardThread::drain(std::int64_t patience_ms) {
    if (!thread_.joinable()) return;
    stop_at_ms_ = parts_.clock.monotonic_ms() + patience_ms;
    inbox_.push(Drain{});
    thread_.join();
}

void ShardThread::run() {
    while (!may_stop()) wait(shard_.turn());
}

bool ShardThread::may_stop() const {
    if (!shard_.is_draining()) return false;
    if (shard_.is_quiet()) return true;
    // Attempts that are still out go out again after the restart; undurable events may not be lost.
    return parts_.clock.monotonic_ms() >= stop_at_ms_ && !shard_.has_undurable_events();
}

void ShardThread::wait(bool more) {
    int timeout_ms = -1;
    if (more) {
        timeout_ms = 0;
    } else if (shard_.is_draining()) {
        timeout_ms = 10;
    } else if (const auto deadline = shard_.next_deadline_ms()) {
        timeout_ms = static_cast<int>(
            std::clamp<std::int64_t>(*deadline - parts_.clock.monotonic_ms(), 0, 60'000));
    }
    if (!more) timer_.arm(shard_.next_wakeup());
    std::array<epoll_event, 3> events{};
    const int count =
        ::epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), timeout_ms);
    for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == timer_.fd()) timer_.clear();
        if (fd != wake_fd_) continue;
        std::uint64_t counter = 0;
        [[maybe_unused]] const auto got = ::read(fd, &counter, sizeof counter);
    }
}

}  // namespace swiftgrid::runtime
