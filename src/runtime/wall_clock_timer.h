#pragma once

// A file descriptor that becomes readable at an instant of the system's clock, also when the clock
// is set meanwhile: then at once, because nobody knows any more what is due.

#include <optional>

#include "base/instant.h"

namespace swiftgrid::runtime {

class WallClockTimer {
public:
    WallClockTimer();
    ~WallClockTimer();

    WallClockTimer(const WallClockTimer&) = delete;
    WallClockTimer& operator=(const WallClockTimer&) = delete;

    int fd() const { return fd_; }

    // Nothing: never. Costs no system call while the instant stays the same.
    void arm(std::optional<Instant> at);

    // After the descriptor became readable; it has to be armed anew.
    void clear();

private:
    int fd_;
    std::optional<Instant> armed_at_;
};

}  // namespace swiftgrid::runtime
