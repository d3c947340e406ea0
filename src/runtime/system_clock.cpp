#include <chrono>
#include <mutex>

#include <sodium/randombytes.h>

#include "runtime/clock.h"

namespace swiftgrid::runtime {

Instant SystemClock::now() const {
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

std::int64_t SystemClock::monotonic_ms() const {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

Uuid SystemIdSource::next() {
    // One system call for many ids; within a millisecond the 12 bits after the version count up.
    static std::mutex mutex;
    static std::array<std::uint8_t, 4096> pool;
    static std::size_t used = pool.size();
    static std::int64_t last_ms = 0;
    static std::uint32_t counter = 0;

    const std::lock_guard lock(mutex);
    if (used + 10 > pool.size()) {
        randombytes_buf(pool.data(), pool.size());
        used = 0;
    }
    std::array<std::uint8_t, 10> random;
    for (std::uint8_t& byte : random) byte = pool[used++];

    const std::int64_t now_ms = clock_.now().milliseconds_since_epoch;
    if (now_ms > last_ms) {
        last_ms = now_ms;
        counter = 0;
    } else if (++counter > 0xfff) {
        // More than 4,096 ids in one millisecond borrow from the next one.
        ++last_ms;
        counter = 0;
    }
    random[0] = static_cast<std::uint8_t>(counter >> 8);
    random[1] = static_cast<std::uint8_t>(counter & 0xff);
    return make_uuid_v7(Instant{last_ms}, random);
}

}  // namespace swiftgrid::runtime
