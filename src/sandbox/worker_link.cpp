#include "sandbox/worker_link.h"

#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/assert.h"
#include "sandbox/socket_io.h"
#include "sandbox/wire.h"

namespace swiftgrid::sandbox {
namespace {

// Of one worker in one poll; more is read by the next.
constexpr int reads_max = 128;
constexpr ssize_t full_read_bytes = 64 * 1024;
constexpr int changes_that_count = 2;

}  // namespace

Result<void> WorkerLink::give(const Call& call) {
    auto appended = append_request(unsent_, next_sequence_, call);
    if (!appended) return appended;
    was_idle_ = was_idle_ || sent_.empty();
    sent_.push_back({next_sequence_, call.id, call.time_ms});
    ++next_sequence_;
    return {};
}

IoState WorkerLink::write(int epoll_fd) {
    while (unsent_bytes() > 0) {
        const ssize_t sent =
            send_some(socket_.get(), std::string_view(unsent_).substr(written_), MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN) return IoState::closed;
        if (sent < 0) break;
        written_ += static_cast<std::size_t>(sent);
    }
    if (unsent_bytes() == 0) {
        unsent_.clear();
        written_ = 0;
        if (unsent_.capacity() > kept_buffer_bytes) unsent_.shrink_to_fit();
    }
    const bool waits = unsent_bytes() > 0;
    if (waits != waits_to_write_) {
        epoll_event event{};
        event.events = waits ? EPOLLIN | EPOLLOUT : EPOLLIN;
        event.data.u64 = token_;
        const int changed = ::epoll_ctl(epoll_fd, EPOLL_CTL_MOD, socket_.get(), &event);
        SG_ASSERT(changed == 0, "the worker's socket is watched");
        waits_to_write_ = waits;
    }
    return IoState::open;
}

IoState WorkerLink::read() {
    for (int i = 0; i < reads_max; ++i) {
        const ssize_t count = receive_more(socket_.get(), received_, MSG_DONTWAIT);
        if (count == 0) return IoState::closed;
        if (count < 0) return errno == EAGAIN ? IoState::open : IoState::closed;
        if (count < full_read_bytes) return IoState::open;
    }
    return IoState::open;
}

void WorkerLink::observe(std::int64_t now_ms) {
    for (auto sent = sent_.rbegin(); sent != sent_.rend() && sent->sent_ms < 0; ++sent) {
        sent->sent_ms = now_ms;
    }
    if (was_idle_) {
        was_idle_ = false;
        since_ms_ = now_ms;
        changes_since_reply_ = 0;
    }
    const std::uint64_t current = progress_->current.load(std::memory_order_acquire);
    if (current == seen_current_) return;
    seen_current_ = current;
    if (changes_since_reply_++ < changes_that_count) since_ms_ = now_ms;
}

void WorkerLink::note_reply(std::int64_t now_ms) {
    has_replied_ = true;
    since_ms_ = now_ms;
    changes_since_reply_ = 0;
    if (sent_.empty()) has_withdrawn_ = false;
}

const SentCall* WorkerLink::current() const {
    const std::uint64_t sequence = progress_->current.load(std::memory_order_acquire);
    const auto found = std::ranges::find(sent_, sequence, &SentCall::sequence);
    return found == sent_.end() ? nullptr : &*found;
}

bool WorkerLink::take_sent(std::uint64_t sequence, SentCall& sent) {
    const auto found = std::ranges::find(sent_, sequence, &SentCall::sequence);
    if (found == sent_.end()) return false;
    sent = *found;
    sent_.erase(found);
    return true;
}

SentCall* WorkerLink::find_sent(std::uint64_t sequence) {
    const auto found = std::ranges::find(sent_, sequence, &SentCall::sequence);
    return found == sent_.end() ? nullptr : &*found;
}

void WorkerLink::withdraw_unbegun() {
    SG_ASSERT(!has_withdrawn_, "one withdrawal at a time");
    // Without a known current call the first one may just be beginning.
    const SentCall* now = current();
    const std::uint64_t kept = now != nullptr ? now->sequence : sent_.front().sequence;
    progress_->withdrawn_from.store(kept + 1, std::memory_order_relaxed);
    progress_->withdrawn_to.store(next_sequence_, std::memory_order_release);
    has_withdrawn_ = true;
}

}  // namespace swiftgrid::sandbox
