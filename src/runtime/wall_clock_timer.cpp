#include "runtime/wall_clock_timer.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include <sys/timerfd.h>
#include <unistd.h>

#include "base/assert.h"

namespace swiftgrid::runtime {

WallClockTimer::WallClockTimer()
    : fd_(::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {
    SG_ASSERT(fd_ >= 0, "the system gives file descriptors");
}

WallClockTimer::~WallClockTimer() { ::close(fd_); }

void WallClockTimer::arm(std::optional<Instant> at) {
    if (at == armed_at_) return;
    armed_at_ = at;
    itimerspec when{};
    if (at) {
        // Zero would mean never.
        const std::int64_t ms = std::max<std::int64_t>(at->milliseconds_since_epoch, 1);
        when.it_value.tv_sec = ms / 1'000;
        when.it_value.tv_nsec = ms % 1'000 * 1'000'000;
    }
    constexpr int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
    // Refused once when the clock was set since the last call.
    while (::timerfd_settime(fd_, flags, &when, nullptr) != 0)
        SG_ASSERT(errno == ECANCELED, "the system accepts any instant");
}

// Also takes the error that tells that the clock was set.
void WallClockTimer::clear() {
    std::uint64_t expirations = 0;
    [[maybe_unused]] const auto got = ::read(fd_, &expirations, sizeof expirations);
    armed_at_.reset();
}

}  // namespace swiftgrid::runtime
