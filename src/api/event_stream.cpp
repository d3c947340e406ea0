#include "api/event_stream.h"

#include <algorithm>
#include <utility>

namespace swiftgrid::api {

namespace {

constexpr std::string_view lagged_frame =
    "event: lagged\ndata: {\"reason\":\"the reader was too slow; resume from the last id\"}\n\n";

// CR, LF and CRLF all end a line of an event stream.
void append_lines(std::string& out, std::string_view name, std::string_view text) {
    for (;;) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        out.append(name).append(": ").append(text.substr(0, end)).append("\n");
        if (end == text.size()) return;
        const bool is_pair = text.substr(end).starts_with("\r\n");
        text.remove_prefix(end + (is_pair ? 2 : 1));
    }
}

}  // namespace

std::string format_frame(const EventFrame& frame) {
    std::string out;
    out.reserve(frame.data.size() + frame.event.size() + 48);
    if (!frame.event.empty()) out.append("event: ").append(frame.event).append("\n");
    if (frame.id) out.append("id: ").append(std::to_string(*frame.id)).append("\n");
    append_lines(out, "data", frame.data);
    out += '\n';
    return out;
}

EventQueue::EventQueue(std::size_t bytes_max, std::function<void()> wake)
    : bytes_max_(bytes_max), wake_(std::move(wake)) {}

bool EventQueue::add(std::string_view bytes, bool is_last) {
    std::function<void()> wake;
    bool is_open = !is_last;
    {
        const std::lock_guard lock(mutex_);
        if (!is_open_) return false;
        if (bytes_.size() + bytes.size() > bytes_max_) {
            bytes_ = lagged_frame;
            is_open = false;
        } else {
            bytes_ += bytes;
        }
        is_open_ = is_open;
        if (std::exchange(wake_is_due_, false)) wake = wake_;
    }
    if (wake) wake();
    return is_open;
}

void EventQueue::offer(std::string_view bytes) {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        if (!is_open_ || bytes_.size() + bytes.size() > bytes_max_ / 2) return;
        bytes_ += bytes;
        if (std::exchange(wake_is_due_, false)) wake = wake_;
    }
    if (wake) wake();
}

void EventQueue::close() { end(false); }

void EventQueue::abort() { end(true); }

void EventQueue::end(bool is_broken) {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        if (!std::exchange(is_open_, false)) return;
        is_broken_ = is_broken;
        if (std::exchange(wake_is_due_, false)) wake = wake_;
    }
    if (wake) wake();
}

EventQueue::Taken EventQueue::take() {
    constexpr std::size_t portion_bytes = 256 * 1024;
    const std::lock_guard lock(mutex_);
    wake_is_due_ = true;
    if (bytes_.size() <= portion_bytes) return {std::exchange(bytes_, {}), !is_open_, is_broken_};
    Taken taken{bytes_.substr(0, portion_bytes)};
    bytes_.erase(0, portion_bytes);
    return taken;
}

void EventQueue::abandon() {
    std::function<void()> wake;  // goes away after the lock: what it owns may call back
    const std::lock_guard lock(mutex_);
    was_abandoned_ = was_abandoned_ || is_open_;
    is_open_ = false;
    bytes_.clear();
    wake = std::exchange(wake_, nullptr);
}

bool EventQueue::is_open() const {
    const std::lock_guard lock(mutex_);
    return is_open_;
}

bool EventQueue::was_abandoned() const {
    const std::lock_guard lock(mutex_);
    return was_abandoned_;
}

}  // namespace swiftgrid::api
