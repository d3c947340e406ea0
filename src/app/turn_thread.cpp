#include "app/turn_thread.h"

#include <array>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/assert.h"

namespace swiftgrid::app {

TurnThread::TurnThread(Turn turn)
    : turn_(std::move(turn)), wake_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    SG_ASSERT(wake_fd_ >= 0, "the system gives file descriptors");
}

TurnThread::~TurnThread() {
    stop();
    ::close(wake_fd_);
}

void TurnThread::start() {
    timer_.arm(turn_());
    thread_ = std::thread([this] { run(); });
}

void TurnThread::wake() {
    const std::uint64_t one = 1;
    // The counter cannot overflow, and a full counter would mean "awake" anyway.
    [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
}

void TurnThread::stop() {
    stopped_ = true;
    wake();
    if (thread_.joinable()) thread_.join();
}

void TurnThread::run() {
    for (;;) {
        wait();
        if (stopped_) return;
        timer_.arm(turn_());
    }
}

void TurnThread::wait() {
    std::array<pollfd, 2> waiting = {{{wake_fd_, POLLIN, 0}, {timer_.fd(), POLLIN, 0}}};
    // A signal for the thread only makes it look too early.
    ::poll(waiting.data(), waiting.size(), -1);
    std::uint64_t counter = 0;
    [[maybe_unused]] const auto got = ::read(wake_fd_, &counter, sizeof counter);
    if (waiting[1].revents != 0) timer_.clear();
}

}  // namespace swiftgrid::app
