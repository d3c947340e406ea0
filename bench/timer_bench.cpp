// What a shard's queue of wake-ups costs with a million waiting runs: memory, and time per wake-up
// that is armed and that comes.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <random>

#include <malloc.h>

#include "base/assert.h"
#include "runtime/timer_queue.h"

namespace swiftgrid::runtime {
namespace {

constexpr std::size_t waiting_runs = 1'000'000;

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

std::vector<store::Wakeup> random_wakeups() {
    std::mt19937_64 random(7);
    std::vector<store::Wakeup> wakeups(waiting_runs);
    for (store::Wakeup& wakeup : wakeups) {
        wakeup.wake_at.milliseconds_since_epoch =
            static_cast<std::int64_t>(random() % (86'400'000 * 365ULL));
        for (std::uint8_t& byte : wakeup.run.uuid.bytes) byte = static_cast<std::uint8_t>(random());
    }
    return wakeups;
}

// Gives the windows that a read of the disk would.
std::size_t pop_all(TimerQueue& queue, const std::vector<store::Wakeup>& sorted) {
    std::size_t popped = 0;
    std::vector<store::Wakeup> window;
    while (queue.size() > 0 || queue.wants_window()) {
        if (queue.wants_window()) {
            const auto begin = std::ranges::upper_bound(sorted, queue.window_begin());
            const auto left = static_cast<std::size_t>(sorted.end() - begin);
            const auto count = std::min(left, limits::timers_per_read);
            window.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
            queue.add_window(window, count < limits::timers_per_read
                                         ? std::nullopt
                                         : std::optional(window.back()));
        }
        const auto next = queue.next();
        if (next) popped += queue.pop_due(*next, limits::turn_commands).size();
    }
    return popped;
}

int run() {
    std::vector<store::Wakeup> wakeups = random_wakeups();
    const std::size_t before = mallinfo2().uordblks;
    TimerQueue queue;
    queue.add_window({}, std::nullopt);
    auto start = std::chrono::steady_clock::now();
    for (const store::Wakeup& wakeup : wakeups) queue.arm(wakeup.run, wakeup.wake_at);
    std::printf("armed %zu runs: %zu in memory, %.1f MB, %.0f ns each\n", waiting_runs,
                queue.size(), static_cast<double>(mallinfo2().uordblks - before) / 1e6,
                milliseconds_since(start) * 1e6 / waiting_runs);
    std::ranges::sort(wakeups);
    start = std::chrono::steady_clock::now();
    SG_ASSERT(pop_all(queue, wakeups) == waiting_runs, "every run is woken once");
    std::printf("woke all of them: %.0f ns each\n", milliseconds_since(start) * 1e6 / waiting_runs);
    return 0;
}

}  // namespace
}  // namespace swiftgrid::runtime

int main() { return swiftgrid::runtime::run(); }
