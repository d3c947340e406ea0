#include "sandbox/worker.h"

#include <string>

#include <unistd.h>

#include "sandbox/executor.h"
#include "sandbox/socket_io.h"
#include "sandbox/wire.h"

namespace swiftgrid::sandbox {
namespace {

// Replies wait for company this long at most, and only while there is more to do.
constexpr std::int64_t reply_wait_ns = 300'000;
constexpr std::size_t reply_buffer_bytes = 64 * 1024;

class Worker {
public:
    Worker(Realm& realm, int socket, const ProgressPage& progress)
        : realm_(realm), executor_(realm), socket_(socket), progress_(progress) {
        realm_.set_on_tick([this] {
            add_live_logs();
            send_when_due();
        });
    }

    [[noreturn]] void run() {
        while (true) {
            run_received();
            send_replies();
            receive();
        }
    }

private:
    void run_received() {
        std::string_view rest = received_;
        while (true) {
            const auto frame = next_frame(rest, request_bytes_max);
            if (!frame || !frame->has_value()) break;
            rest.remove_prefix(frame_head_bytes + (*frame)->size());
            const auto request = read_request(**frame);
            if (!request) ::_exit(1);
            if (is_withdrawn(request->sequence)) {
                RawReply skipped;
                skipped.sequence = request->sequence;
                skipped.skipped = true;
                add_reply(skipped);
            } else {
                run_one(*request);
            }
        }
        received_.erase(0, received_.size() - rest.size());
        if (received_.empty() && received_.capacity() > kept_buffer_bytes) {
            received_.shrink_to_fit();
        }
    }

    bool is_withdrawn(std::uint64_t sequence) const {
        const std::uint64_t to = progress_->withdrawn_to.load(std::memory_order_acquire);
        return sequence >= progress_->withdrawn_from.load(std::memory_order_relaxed) &&
               sequence < to;
    }

    void run_one(const Request& request) {
        send_when_due();
        current_ = request.sequence;
        progress_->current.store(request.sequence, std::memory_order_release);
        const RawReply reply = executor_.run(request);
        add_reply(reply);
        progress_->current.store(0, std::memory_order_release);
        if (reply.retires) {
            send_replies();
            ::_exit(0);
        }
    }

    void add_reply(const RawReply& reply) {
        append_reply(replies_, reply);
        if (first_reply_ns_ == 0) first_reply_ns_ = monotonic_ns();
    }

    void add_live_logs() {
        auto lines = realm_.due_live_logs();
        if (lines.empty()) return;
        RawReply shown;
        shown.sequence = current_;
        shown.interim = true;
        shown.logs = std::move(lines);
        add_reply(shown);
    }

    void send_when_due() {
        if (replies_.empty()) return;
        const bool due = replies_.size() >= reply_buffer_bytes ||
                         monotonic_ns() - first_reply_ns_ >= reply_wait_ns;
        if (due) send_replies();
    }

    void send_replies() {
        std::string_view rest = replies_;
        while (!rest.empty()) {
            const ssize_t sent = send_some(socket_, rest, 0);
            if (sent <= 0) ::_exit(0);
            rest.remove_prefix(static_cast<std::size_t>(sent));
        }
        replies_.clear();
        if (replies_.capacity() > kept_buffer_bytes) replies_.shrink_to_fit();
        first_reply_ns_ = 0;
    }

    void receive() {
        if (receive_more(socket_, received_, 0) <= 0) ::_exit(0);
    }

    Realm& realm_;
    Executor executor_;
    int socket_;
    const ProgressPage& progress_;
    std::string received_;
    std::string replies_;
    std::int64_t first_reply_ns_ = 0;  // 0: none waits
    std::uint64_t current_ = 0;        // sequence of the call that runs or ran last
};

}  // namespace

void run_worker(Realm& realm, int socket, const ProgressPage& progress) {
    Worker(realm, socket, progress).run();
}

}  // namespace swiftgrid::sandbox
