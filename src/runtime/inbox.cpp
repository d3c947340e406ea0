#include "runtime/inbox.h"

#include <algorithm>
#include <iterator>

namespace swiftgrid::runtime {

bool Inbox::try_push(Message& message) {
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        if (messages_.size() - head_ >= commands_max_) return false;
        was_empty = messages_.size() == head_;
        add_locked(std::move(message));
    }
    if (was_empty) wake_();
    return true;
}

void Inbox::push(Message message) {
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        was_empty = messages_.size() == head_;
        add_locked(std::move(message));
    }
    if (was_empty) wake_();
}

void Inbox::add_locked(Message message) {
    if (messages_.size() == head_) {
        since_ms_ = now_ms();
        mark_ = 0;
    }
    messages_.push_back(std::move(message));
    size_.store(messages_.size() - head_, std::memory_order_relaxed);
}

// Some were left behind.
void Inbox::note_left_locked(std::size_t count_drained) {
    if (mark_ > count_drained) {
        mark_ -= count_drained;
        return;
    }
    if (mark_ > 0) since_ms_ = mark_ms_;
    mark_ = messages_.size() - head_;
    mark_ms_ = now_ms();
}

std::int64_t Inbox::oldest_age_ms() const {
    const std::lock_guard lock(mutex_);
    return messages_.size() == head_ ? 0 : now_ms() - since_ms_;
}

bool Inbox::drain(std::vector<Message>& out, std::size_t count_max) {
    const std::lock_guard lock(mutex_);
    const std::size_t count = std::min(count_max, messages_.size() - head_);
    const auto first = messages_.begin() + static_cast<std::ptrdiff_t>(head_);
    std::move(first, first + static_cast<std::ptrdiff_t>(count), std::back_inserter(out));
    head_ += count;
    if (head_ != messages_.size() && count > 0) note_left_locked(count);
    // Also an inbox that never gets empty forgets what it has handed out.
    if (2 * head_ >= messages_.size()) {
        messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
    size_.store(messages_.size() - head_, std::memory_order_relaxed);
    return head_ != messages_.size();
}

}  // namespace swiftgrid::runtime
