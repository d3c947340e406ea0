#pragma once

// Server-sent events (ui.md 4.2). A handler answers with a stream and keeps its writer; frames may
// be pushed from any thread at any time. The queue is bounded: a reader that falls behind by more
// than limits::stream_queue_bytes is told `lagged` and cut, and resumes from Last-Event-ID. The
// connection sends `retry` first and a comment whenever it was silent for a while.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace swiftgrid::api {

struct EventFrame {
    std::string_view event;               // "run_event"
    std::string_view data;                // may have several lines
    std::optional<std::int64_t> id = {};  // only durable events carry one
};

std::string format_frame(const EventFrame& frame);

// The queue between the writers and the connection. Thread-safe.
class EventQueue {
public:
    // `wake` is called, on the pushing thread and without a lock held, when there is something to
    // take and the connection has not been woken since the last take().
    EventQueue(std::size_t bytes_max, std::function<void()> wake);

    // False when the stream has ended: the caller may stop.
    bool push(std::string_view bytes) { return add(bytes, false); }
    // And closes, so that nobody asks for more between the two.
    void push_last(std::string_view bytes) { add(bytes, true); }
    // Nothing happens when the queue is more than half full: what a slow reader can do without.
    void offer(std::string_view bytes);
    void close();

    // What was pushed is worth nothing without the rest, which cannot be made: the reader has to
    // see that it did not get everything.
    void abort();

    // At most a portion, so that a slow reader shows that it makes progress.
    struct Taken {
        std::string bytes;
        bool is_last = false;
        bool is_broken = false;
    };
    Taken take();

    // The connection is gone: nothing more is taken. Frees the queue and the wake function.
    void abandon();

    bool is_open() const;
    // The connection was gone before the stream was closed.
    bool was_abandoned() const;

private:
    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::string bytes_;
    bool is_open_ = true;
    bool is_broken_ = false;
    bool was_abandoned_ = false;
    bool wake_is_due_ = true;

    bool add(std::string_view bytes, bool is_last);
    void end(bool is_broken);
};

class EventStreamWriter {
public:
    explicit EventStreamWriter(std::shared_ptr<EventQueue> queue) : queue_(std::move(queue)) {}

    // False when the stream has ended, by either side.
    bool send(const EventFrame& frame) const { return queue_->push(format_frame(frame)); }

    // For frames that a slow reader may miss, such as live output.
    void offer(const EventFrame& frame) const { queue_->offer(format_frame(frame)); }

    // After what was sent so far. Later calls of send() do nothing.
    void close() const { queue_->close(); }

    bool is_open() const { return queue_->is_open(); }
    // It was the reader who ended it.
    bool reader_left() const { return queue_->was_abandoned(); }

private:
    std::shared_ptr<EventQueue> queue_;  // owners: the writers and the connection
};

}  // namespace swiftgrid::api
