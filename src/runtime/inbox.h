#pragma once

// The bounded queue into one shard. Anyone may push; only the shard drains. Starts of new runs are
// refused when it is full (the caller answers 503); results of work already accepted always enter,
// since refusing them would lose them. A wake-up is sent only when the shard may be asleep.

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "nodes/perform.h"
#include "runtime/clock.h"
#include "runtime/submission.h"

namespace swiftgrid::runtime {

// An attempt of an outside performer has ended.
struct AttemptEnded {
    nodes::AttemptKey key;
    nodes::Outcome outcome;
};
// A run that `parent` started has ended.
struct ChildReport {
    RunId parent;
    std::string node_id;  // which started it
    std::uint32_t attempt = 1;
    std::optional<std::uint32_t> item;
    engine::ChildEnded end;
};
// An outside performer shows something before it has ended.
struct AttemptShows {
    nodes::AttemptKey key;
    nodes::Chunk chunk;
};
// The batch that was handed to the journal is on disk.
struct BatchDurable {};
// A script of no run: the preview of an expression. The shard sets the call's id.
struct ScriptRequest {
    sandbox::Call call;
    std::function<void(sandbox::Reply)> done;  // once, on the shard's thread
};
// Stop when nothing is in flight any more.
struct Drain {};

using Message = std::variant<Submission, AttemptEnded, AttemptShows, ChildReport, BatchDurable,
                             ScriptRequest, Drain>;

class Inbox {
public:
    // `wake` is called, on the pusher's thread, when the inbox turns from empty to non-empty. The
    // clock tells how long messages wait; without it nobody is told. It outlives the inbox.
    explicit Inbox(std::function<void()> wake, std::size_t commands_max = limits::inbox_commands,
                   const Clock* clock = nullptr)
        : wake_(std::move(wake)), commands_max_(commands_max), clock_(clock) {}

    // False when the inbox is full; the message is then untouched.
    [[nodiscard]] bool try_push(Message& message);
    void push(Message message);

    // Appends at most `count_max` messages in order of arrival; true when some are left.
    bool drain(std::vector<Message>& out, std::size_t count_max);

    std::size_t size() const { return size_.load(std::memory_order_relaxed); }

    // How long the oldest message has been waiting at most; 0 when none waits.
    std::int64_t oldest_age_ms() const;

private:
    void add_locked(Message message);
    void note_left_locked(std::size_t count_drained);
    std::int64_t now_ms() const { return clock_ ? clock_->monotonic_ms() : 0; }

    std::function<void()> wake_;
    std::size_t commands_max_;
    mutable std::mutex mutex_;
    std::vector<Message> messages_;
    std::size_t head_ = 0;  // messages before it were drained already
    std::atomic<std::size_t> size_ = 0;

    // The time is asked for once in a while, not for every message: the first of those that wait
    // came no sooner than `since_ms_`, those behind the first `mark_` no sooner than `mark_ms_`.
    const Clock* clock_ = nullptr;
    std::int64_t since_ms_ = 0;
    std::size_t mark_ = 0;
    std::int64_t mark_ms_ = 0;
};

}  // namespace swiftgrid::runtime
