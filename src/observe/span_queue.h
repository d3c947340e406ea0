#pragma once

// Spans on their way out. Shards put them in and never wait: what has no room is dropped and
// counted. Thread-safe.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "base/limits.h"
#include "observe/span.h"

namespace swiftgrid::observe {

class SpanQueue {
public:
    explicit SpanQueue(std::size_t most = limits::trace_spans_waiting) : most_(most) {}

    // Called, on the pusher's thread, when a whole portion has gathered. Set before the first push.
    void when_portion(std::size_t size, std::function<void()> call) {
        portion_ = size;
        on_portion_ = std::move(call);
    }

    void push(std::vector<Span> spans);
    // The oldest, at most so many.
    std::vector<Span> take(std::size_t most);

    std::size_t size() const;
    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

private:
    const std::size_t most_;
    std::size_t portion_ = 0;
    std::function<void()> on_portion_;
    mutable std::mutex mutex_;
    std::deque<Span> spans_;
    std::atomic<std::uint64_t> dropped_ = 0;
};

}  // namespace swiftgrid::observe
