#pragma once

// Has scripts carried out in confined worker processes. A pool belongs to one thread, has no thread
// of its own and never blocks: submit() and flush() hand work over, poll() takes answers, enforces
// deadlines and replaces workers. Every call that is not cancelled is answered exactly once.
//
// A worker gets a bounded batch of calls. When it has not answered all of it within 10 ms, the calls
// it has not begun are taken back and offered to others: scripts have no effects, so one that ran
// twice does no harm, and the first answer counts. A call that outlives its own time by
// limits::script_kill_grace_ms is ended with its process, and only that call fails.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "sandbox/script_call.h"
#include "sandbox/unique_fd.h"
#include "sandbox/zygote.h"

namespace swiftgrid::sandbox {

class WorkerLink;

struct ScriptPoolOptions {
    // Processes of this pool. Each costs about 1 MB and may use one core.
    std::size_t workers = 2;
};

class ScriptPool {
public:
    // The zygote must outlive the pool.
    static Result<std::unique_ptr<ScriptPool>> create(Zygote& zygote, ScriptPoolOptions options);

    ScriptPool(const ScriptPool&) = delete;
    ScriptPool& operator=(const ScriptPool&) = delete;
    ~ScriptPool();

    // Call::id must not be in use.
    void submit(Call call);
    // Sends what was submitted since the last flush, many calls in one message.
    void flush();
    // No reply comes any more. A script that is running ends within a second.
    void cancel(std::uint64_t id);

    // Appends the replies that are there. `monotonic_ms` must never go back.
    void poll(std::int64_t monotonic_ms, std::vector<Reply>& replies);

    // Readable when poll() has work.
    int poll_fd() const { return epoll_.get(); }
    // When poll() must be called at the latest.
    std::optional<std::int64_t> next_deadline_ms() const;

    // For metrics.
    std::size_t calls_open() const { return calls_.size(); }
    std::uint64_t workers_started() const { return workers_started_; }

private:
    struct OpenCall {
        Call call;
        std::size_t size_bytes = 0;  // of its request frame
        bool waiting = true;         // in waiting_, not with a worker
        int abandoned = 0;           // workers that died around it
    };

    ScriptPool(UniqueFd control, UniqueFd epoll, ScriptPoolOptions options);

    void start_missing_workers();
    bool start_worker(std::size_t index);
    void assign_waiting();
    std::size_t offer_to(WorkerLink& worker);
    void take_events(std::vector<Reply>& replies);
    void take_replies(std::size_t index, std::vector<Reply>& replies);
    void settle(std::uint64_t id, Reply reply, std::vector<Reply>& replies);
    void watch_progress(std::size_t index, std::vector<Reply>& replies);
    void take_back_unbegun(WorkerLink& worker);
    void end_worker(std::size_t index, const char* code_of_current, std::vector<Reply>& replies);
    void offer_again(std::uint64_t id, std::vector<Reply>& replies);
    void fail_all(const std::string& reason, std::vector<Reply>& replies);
    void send_pending_kills();

    UniqueFd control_;
    UniqueFd epoll_;
    ScriptPoolOptions options_;
    std::vector<std::unique_ptr<WorkerLink>> workers_;  // null where one must be started
    std::unordered_map<std::uint64_t, OpenCall> calls_;
    std::deque<std::uint64_t> waiting_;
    std::vector<Reply> refused_;          // by submit(), handed out by the next poll()
    std::vector<std::uint64_t> kills_;    // tokens whose kill request could not be sent yet
    std::uint64_t next_token_ = 1;
    std::uint64_t workers_started_ = 0;
    int deaths_without_work_ = 0;
    std::int64_t now_ms_ = 0;
    std::int64_t retry_start_ms_ = 0;
};

}  // namespace swiftgrid::sandbox
