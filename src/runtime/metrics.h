#pragma once

// What the runtime counts. Relaxed atomics: any thread may read, nobody waits.

#include <atomic>
#include <cstdint>

namespace swiftgrid::runtime {

struct RuntimeMetrics {
    std::atomic<std::uint64_t> runs_started = 0;
    std::atomic<std::uint64_t> runs_completed = 0;
    std::atomic<std::uint64_t> runs_failed = 0;
    std::atomic<std::uint64_t> runs_cancelled = 0;
    std::atomic<std::uint64_t> events = 0;
    std::atomic<std::uint64_t> batches = 0;
    std::atomic<std::uint64_t> scripts = 0;
    std::atomic<std::uint64_t> outside_attempts = 0;
    std::atomic<std::uint64_t> commands_refused = 0;
    std::atomic<std::int64_t> runs_in_memory = 0;
    std::atomic<std::int64_t> outside_in_flight = 0;
};

}  // namespace swiftgrid::runtime
