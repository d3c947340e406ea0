#pragma once

// Has scripts carried out in confined worker processes. A pool belongs to one thread, has no thread
// of its own and never blocks: submit() and flush() hand work over, poll() takes answers, enforces
// deadlines and replaces workers. Every call that is not cancelled is answered exactly once.
//
// A worker gets a bounded batch of calls. When it has not answered all of it within 10 ms, the
// calls it has not begun are taken back and offered to others: scripts have no effects, so one that
// ran twice does no harm, and the first answer counts. A call that outlives its own time by
// limits::script_kill_grace_ms is ended with its process, and only that call fails.
//
// A script that computes for long does so at a lower priority, so that short ones and the server
// hardly notice it. Only root may take that back: the worker is replaced afterwards.

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
struct SentCall;

struct ScriptPoolOptions {
    // Processes that are always there. Each costs about 1 MB and may use one core.
    std::size_t workers = 2;
    // When all of them are held up by long scripts, short ones get more processes, up to this many.
    std::size_t workers_max = 8;
    // Nobody waits for a script that runs this long: what is behind it is offered to others, and
    // when all workers are in such scripts another one is started for who comes next.
    std::int64_t long_after_ms = 3;
    // A script that runs this long goes on at a lower priority.
    std::int64_t step_back_after_ms = 50;
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
    // Console output of running scripts that arrived with the last poll(). At most as much per call
    // as its reply may have.
    const std::vector<LiveLogs>& live_logs() const { return live_logs_; }

    // Readable when a worker has sent something. Wait on it no longer than next_deadline_ms().
    int poll_fd() const { return epoll_.get(); }
    // When poll() must be called at the latest; nothing when no call is open.
    std::optional<std::int64_t> next_deadline_ms() const;

    // For metrics and tests.
    std::size_t calls_open() const { return calls_.size(); }
    std::uint64_t workers_started() const { return workers_started_; }

private:
    struct OpenCall {
        Call call;
        int abandoned = 0;  // workers that died around it for no known reason
    };

    ScriptPool(UniqueFd control, UniqueFd epoll, ScriptPoolOptions options);

    void refuse(std::uint64_t id, ScriptError error);
    void settle(std::uint64_t id, Reply reply);

    void start_workers();
    bool start_worker(std::unique_ptr<WorkerLink>& place);
    bool are_all_held_up(std::int64_t for_ms) const;
    void assign_waiting();
    void offer_to(WorkerLink& worker, std::size_t calls_max);

    void take_events();
    void take_replies(std::unique_ptr<WorkerLink>& place);
    void take_reply(WorkerLink& worker, std::string_view frame);
    void take_live_logs(SentCall& sent, std::vector<LogLine> lines);
    void watch(std::unique_ptr<WorkerLink>& place);
    void take_back_unbegun(WorkerLink& worker);
    void end_worker(std::unique_ptr<WorkerLink>& place, const char* code_of_current);
    void offer_again(std::uint64_t id);
    void note_unexplained_death(const WorkerLink& worker);
    void step_back(WorkerLink& worker);
    void request_kill(std::uint64_t token);
    void fail_all(const std::string& reason);

    UniqueFd control_;
    UniqueFd epoll_;
    ScriptPoolOptions options_;
    std::vector<std::unique_ptr<WorkerLink>> workers_;  // null where none runs
    std::unordered_map<std::uint64_t, OpenCall> calls_;
    std::deque<std::uint64_t> waiting_;  // with no worker; cancelled ones are skipped
    std::vector<Reply> ready_;           // handed out by the next poll()
    std::vector<LiveLogs> live_logs_;
    std::vector<std::uint64_t> kills_;  // requests that could not be sent yet
    std::uint64_t next_token_ = 1;
    std::uint64_t workers_started_ = 0;
    int unexplained_deaths_ = 0;  // in a row
    std::int64_t now_ms_ = 0;
    std::int64_t start_again_ms_ = 0;  // no worker is started before
};

}  // namespace swiftgrid::sandbox
