#include "sandbox/script_pool.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/assert.h"
#include "base/limits.h"
#include "base/overloaded.h"
#include "sandbox/socket_io.h"
#include "sandbox/wire.h"
#include "sandbox/worker_link.h"

namespace swiftgrid::sandbox {
namespace {

// Calls and bytes that one worker holds at a time.
constexpr std::size_t batch_calls = 32;
constexpr std::size_t batch_bytes = 1 * limits::mebibyte;
// Fewer are not spread over workers: waking another one costs more than they do.
constexpr std::size_t batch_calls_min = 4;
// A call that waits this long in a worker without being begun is offered to others.
constexpr std::int64_t unbegun_ms_max = 10;
constexpr std::size_t expression_bytes = 4 * limits::expression_characters;

std::optional<ScriptError> size_problem(const std::vector<std::string>& sources,
                                        std::size_t bytes_max) {
    for (const std::string& source : sources) {
        if (source.size() <= bytes_max) continue;
        return ScriptError{"script_error",
                           "the script is longer than " + std::to_string(bytes_max) + " bytes"};
    }
    return std::nullopt;
}

std::optional<ScriptError> problem_of(const Call& call) {
    return std::visit(
        Overloaded{
            [](const Expressions& work) { return size_problem(work.sources, expression_bytes); },
            [](const Code& work) {
                return size_problem({work.source}, limits::script_source_bytes);
            },
            [](const Syntax& work) {
                return size_problem(work.sources,
                                    work.is_code ? limits::script_source_bytes : expression_bytes);
            },
        },
        call.work);
}

// A worker that was taken over must not be able to give fewer results than there are expressions.
bool has_right_shape(const Call& call, const Reply& reply) {
    if (std::holds_alternative<ScriptError>(reply.outcome)) return true;
    if (std::holds_alternative<Code>(call.work))
        return std::holds_alternative<CodeResult>(reply.outcome);
    const auto* results = std::get_if<std::vector<ExpressionResult>>(&reply.outcome);
    if (results == nullptr) return false;
    if (const auto* syntax = std::get_if<Syntax>(&call.work))
        return results->size() == syntax->sources.size();
    const auto* expressions = std::get_if<Expressions>(&call.work);
    if (results->size() > expressions->sources.size()) return false;
    if (results->size() == expressions->sources.size()) return true;
    if (!expressions->stop_at_first_true || results->empty()) return false;
    const auto* last = std::get_if<ExpressionValue>(&results->back().outcome);
    return last != nullptr && last->truthy;
}

}  // namespace

Result<std::unique_ptr<ScriptPool>> ScriptPool::create(Zygote& zygote, ScriptPoolOptions options) {
    SG_ASSERT(options.workers > 0, "a pool has a worker");
    auto control = zygote.connect();
    if (!control) return std::unexpected(control.error());
    UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll.is_open()) {
        return fail(ErrorCode::internal, std::string("epoll_create1: ") + std::strerror(errno));
    }
    std::unique_ptr<ScriptPool> pool(
        new ScriptPool(*std::move(control), std::move(epoll), options));
    pool->start_workers();
    return pool;
}

ScriptPool::ScriptPool(UniqueFd control, UniqueFd epoll, ScriptPoolOptions options)
    : control_(std::move(control)),
      epoll_(std::move(epoll)),
      options_(options),
      workers_(std::max(options.workers, options.workers_max)) {}

ScriptPool::~ScriptPool() = default;

void ScriptPool::submit(Call call) {
    const std::uint64_t id = call.id;
    SG_ASSERT(!calls_.contains(id), "the id of a call is in use");
    call.time_ms = std::clamp(call.time_ms, std::int64_t{1}, limits::script_time_ms_max);
    auto problem = problem_of(call);
    calls_.emplace(id, OpenCall{std::move(call)});
    if (problem) {
        refuse(id, *std::move(problem));
    } else {
        waiting_.push_back(id);
    }
}

void ScriptPool::flush() {
    start_workers();
    assign_waiting();
}

void ScriptPool::cancel(std::uint64_t id) {
    if (calls_.erase(id) == 0) return;
    for (auto& place : workers_) {
        if (place == nullptr) continue;
        const SentCall* current = place->current();
        if (current != nullptr && current->call_id == id) {
            end_worker(place, "script_crashed");
            return;
        }
    }
}

void ScriptPool::poll(std::int64_t monotonic_ms, std::vector<Reply>& replies) {
    SG_ASSERT(monotonic_ms >= now_ms_, "time does not go back");
    now_ms_ = monotonic_ms;
    live_logs_.clear();
    take_events();
    for (auto& place : workers_) watch(place);
    for (std::uint64_t token : std::exchange(kills_, {})) request_kill(token);
    start_workers();
    assign_waiting();
    std::ranges::move(ready_, std::back_inserter(replies));
    ready_.clear();
}

std::optional<std::int64_t> ScriptPool::next_deadline_ms() const {
    if (!ready_.empty()) return now_ms_;
    if (!kills_.empty()) return now_ms_ + 1;
    if (calls_.empty()) {
        // A cancelled script may still be about to begin.
        const bool idle = std::ranges::all_of(
            workers_, [](const auto& place) { return place == nullptr || place->is_idle(); });
        if (idle) return std::nullopt;
    }
    const bool may_hold_up = std::ranges::any_of(workers_, [](const auto& place) {
        return place != nullptr && !place->is_idle() && !place->has_stepped_back();
    });
    return now_ms_ + (may_hold_up ? options_.long_after_ms : unbegun_ms_max);
}

void ScriptPool::refuse(std::uint64_t id, ScriptError error) {
    Reply reply;
    reply.id = id;
    reply.outcome = std::move(error);
    settle(id, std::move(reply));
}

// The first answer counts; one for a call that is over (cancelled, answered elsewhere) is dropped.
void ScriptPool::settle(std::uint64_t id, Reply reply) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return;
    if (!has_right_shape(found->second.call, reply)) {
        reply.outcome = ScriptError{"script_crashed", "the script's process gave a broken answer"};
    }
    calls_.erase(found);
    ready_.push_back(std::move(reply));
}

void ScriptPool::assign_waiting() {
    std::size_t idle = 0;
    for (const auto& place : workers_) idle += place != nullptr && place->is_idle() ? 1 : 0;
    const std::size_t share =
        idle == 0 ? batch_calls : (waiting_.size() + idle - 1) / std::max<std::size_t>(idle, 1);
    const std::size_t calls_max = std::clamp(share, batch_calls_min, batch_calls);
    for (const bool wants_idle : {true, false}) {
        for (auto& place : workers_) {
            if (waiting_.empty()) return;
            if (place == nullptr || place->is_idle() != wants_idle) continue;
            offer_to(*place, calls_max);
            // It may have answered before it ended.
            if (place->write(epoll_.get()) == IoState::closed) take_replies(place);
        }
    }
}

void ScriptPool::offer_to(WorkerLink& worker, std::size_t calls_max) {
    if (worker.has_withdrawn() || worker.is_retiring() || worker.has_stepped_back()) return;
    while (!waiting_.empty() && worker.sent().size() < calls_max &&
           worker.unsent_bytes() < batch_bytes) {
        const std::uint64_t id = waiting_.front();
        waiting_.pop_front();
        const auto found = calls_.find(id);
        if (found == calls_.end()) continue;  // cancelled
        auto given = worker.give(found->second.call);
        if (!given) refuse(id, {"script_memory", given.error().message});
    }
}

void ScriptPool::take_back_unbegun(WorkerLink& worker) {
    worker.withdraw_unbegun();
    const SentCall* current = worker.current();
    const std::uint64_t kept =
        current != nullptr ? current->sequence : worker.sent().front().sequence;
    // In front and in order: they have waited longest.
    for (auto sent = worker.sent().rbegin(); sent != worker.sent().rend(); ++sent) {
        if (sent->sequence <= kept) break;
        sent->taken_back = true;
        if (calls_.contains(sent->call_id)) waiting_.push_front(sent->call_id);
    }
}

void ScriptPool::watch(std::unique_ptr<WorkerLink>& place) {
    if (place == nullptr || place->is_idle()) return;
    WorkerLink& worker = *place;
    worker.observe(now_ms_);
    const std::int64_t waited_ms = now_ms_ - worker.since_ms();
    const SentCall* current = worker.current();
    const bool is_unwanted = current != nullptr && !calls_.contains(current->call_id);
    if (is_unwanted && waited_ms >= unbegun_ms_max) {
        end_worker(place, "script_crashed");
        return;
    }
    if (current != nullptr && waited_ms >= current->time_ms + limits::script_kill_grace_ms) {
        end_worker(place, "script_timeout");
        return;
    }
    const SentCall& first = worker.sent().front();
    constexpr std::int64_t begin_ms_max = 5'000;  // a loaded machine may be slow to fork
    if (current == nullptr && waited_ms >= first.time_ms + begin_ms_max) {
        end_worker(place, "script_crashed");
        return;
    }
    if (current != nullptr && waited_ms >= options_.step_back_after_ms) step_back(worker);
    if (worker.has_withdrawn()) return;
    const bool is_in_a_long_one = current != nullptr && waited_ms >= options_.long_after_ms;
    const bool holds_up = std::ranges::any_of(worker.sent(), [&](const SentCall& sent) {
        const bool is_current = current != nullptr && sent.sequence <= current->sequence;
        return !is_current && (is_in_a_long_one || now_ms_ - sent.sent_ms >= unbegun_ms_max);
    });
    if (holds_up && worker.sent().size() > 1) take_back_unbegun(worker);
}

}  // namespace swiftgrid::sandbox
