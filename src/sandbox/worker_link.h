#pragma once

// The server's end of one worker: its socket with what is still to be written and what was read,
// and the calls it has been given. Belongs to a ScriptPool.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sandbox/progress_page.h"
#include "sandbox/script_call.h"
#include "sandbox/unique_fd.h"

namespace swiftgrid::sandbox {

// A call that a worker has and has not answered.
struct SentCall {
    std::uint64_t sequence = 0;
    std::uint64_t call_id = 0;
    std::int64_t time_ms = 0;
    std::int64_t sent_ms = -1;  // -1: after the last poll()
    bool taken_back = false;
    std::size_t live_lines = 0;  // of console output, received while it runs
    std::size_t live_bytes = 0;
};

enum class IoState { open, closed };

class WorkerLink {
public:
    WorkerLink(std::uint64_t token, UniqueFd socket, ProgressPage progress)
        : token_(token), socket_(std::move(socket)), progress_(std::move(progress)) {}

    // Encodes a call; write() sends it. Fails when it is too large for any message.
    Result<void> give(const Call& call);
    // Sends what the socket takes. `epoll_fd` is told when to call again.
    IoState write(int epoll_fd);
    // Reads what is there into received().
    IoState read();

    std::string_view received() const { return received_; }
    void consume(std::size_t bytes) { received_.erase(0, bytes); }

    // Marks the calls sent since the last poll, and notices whether the worker has gone on.
    void observe(std::int64_t now_ms);
    void note_reply(std::int64_t now_ms);

    // The call it says it is in; null when it is in none of those it was given.
    const SentCall* current() const;
    // Removes and returns the sent call of this sequence; false when it was not given out.
    bool take_sent(std::uint64_t sequence, SentCall& sent);
    // Null when it was not given out.
    SentCall* find_sent(std::uint64_t sequence);
    // Asks the worker to skip everything that it has not begun.
    void withdraw_unbegun();

    std::deque<SentCall>& sent() { return sent_; }
    const std::deque<SentCall>& sent() const { return sent_; }
    bool is_idle() const { return sent_.empty(); }
    // A worker with withdrawn calls gets no new ones until it has skipped them.
    bool has_withdrawn() const { return has_withdrawn_; }
    std::size_t unsent_bytes() const { return unsent_.size() - written_; }
    std::uint64_t token() const { return token_; }
    int fd() const { return socket_.get(); }
    std::int64_t since_ms() const { return since_ms_; }
    bool has_replied() const { return has_replied_; }
    bool is_retiring() const { return is_retiring_; }
    void set_retiring() { is_retiring_ = true; }
    // Runs at a lower priority, for good: what it has is its last.
    bool has_stepped_back() const { return has_stepped_back_; }
    void set_stepped_back() { has_stepped_back_ = true; }

private:
    std::uint64_t token_;
    UniqueFd socket_;
    ProgressPage progress_;
    std::string unsent_;
    std::size_t written_ = 0;
    bool waits_to_write_ = false;
    std::string received_;
    std::deque<SentCall> sent_;  // by sequence
    std::uint64_t next_sequence_ = 1;
    bool has_withdrawn_ = false;
    bool has_replied_ = false;
    bool is_retiring_ = false;
    bool has_stepped_back_ = false;

    // Since when the worker has shown no progress. A change of the page's current call counts once
    // between two replies, so that a worker cannot look busy for ever.
    std::int64_t since_ms_ = 0;
    std::uint64_t seen_current_ = 0;
    int changes_since_reply_ = 0;
    bool was_idle_ = true;
};

}  // namespace swiftgrid::sandbox
