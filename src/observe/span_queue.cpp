#include "observe/span_queue.h"

#include <algorithm>
#include <iterator>

namespace swiftgrid::observe {

void SpanQueue::push(std::vector<Span> spans) {
    bool is_portion = false;
    {
        const std::lock_guard lock(mutex_);
        const std::size_t before = spans_.size();
        const std::size_t room = std::min(most_ - before, spans.size());
        std::move(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(room),
                  std::back_inserter(spans_));
        dropped_.fetch_add(spans.size() - room, std::memory_order_relaxed);
        is_portion = portion_ > 0 && before / portion_ < spans_.size() / portion_;
    }
    if (is_portion) on_portion_();
}

std::vector<Span> SpanQueue::take(std::size_t most) {
    std::vector<Span> taken;
    const std::lock_guard lock(mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, spans_.size()));
    taken.reserve(static_cast<std::size_t>(count));
    std::move(spans_.begin(), spans_.begin() + count, std::back_inserter(taken));
    spans_.erase(spans_.begin(), spans_.begin() + count);
    return taken;
}

std::size_t SpanQueue::size() const {
    const std::lock_guard lock(mutex_);
    return spans_.size();
}

}  // namespace swiftgrid::observe
