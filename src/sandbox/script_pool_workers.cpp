// How a pool starts, hears and ends its workers.

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/assert.h"
#include "base/limits.h"
#include "sandbox/script_pool.h"
#include "sandbox/socket_io.h"
#include "sandbox/wire.h"
#include "sandbox/worker_link.h"

namespace swiftgrid::sandbox {
namespace {

constexpr int unexplained_deaths_max = 5;
constexpr int abandoned_max = 3;
constexpr std::int64_t start_again_after_ms = 1'000;
constexpr std::int64_t start_retry_ms = 5;

ScriptError error_with(std::string_view code, std::int64_t time_ms) {
    if (code == "script_timeout") {
        return {"script_timeout", "the script ran longer than " + std::to_string(time_ms) +
                                      " ms and could not be interrupted; its process was ended"};
    }
    return {"script_crashed", "the script's process ended under it"};
}

}  // namespace

// The workers that are always there, and one more when all are held up: at once when calls wait,
// soon when nobody does yet, because a process takes its time to start.
void ScriptPool::start_workers() {
    if (now_ms_ < start_again_ms_) return;
    for (std::size_t i = 0; i < options_.workers; ++i) {
        if (workers_[i] == nullptr && !start_worker(workers_[i])) return;
    }
    if (!are_all_held_up(waiting_.empty() ? options_.long_after_ms : 0)) return;
    const auto free =
        std::ranges::find_if(workers_, [](const auto& place) { return place == nullptr; });
    if (free != workers_.end()) start_worker(*free);
}

bool ScriptPool::are_all_held_up(std::int64_t for_ms) const {
    return std::ranges::all_of(workers_, [&](const auto& place) {
        if (place == nullptr) return true;
        if (now_ms_ - place->since_ms() < for_ms) return false;
        const bool has_begun = place->has_replied() || place->current() != nullptr;
        const bool is_in_its_last = place->sent().size() == 1 && place->current() != nullptr;
        return has_begun && (place->has_withdrawn() || place->has_stepped_back() || is_in_its_last);
    });
}

bool ScriptPool::start_worker(std::unique_ptr<WorkerLink>& place) {
    auto sockets = make_socket_pair(SOCK_STREAM);
    UniqueFd page_fd;
    auto page = ProgressPage::create(page_fd);
    if (!sockets || !page) {
        start_again_ms_ = now_ms_ + start_retry_ms;
        return false;
    }
    const std::uint64_t token = next_token_++;
    const ZygoteMessage request{.request = ZygoteRequest::spawn, .token = token};
    if (!send_message(control_.get(), request, {sockets->far.get(), page_fd.get()})) {
        const bool is_busy = errno == EAGAIN;
        start_again_ms_ = now_ms_ + (is_busy ? start_retry_ms : start_again_after_ms);
        if (!is_busy) fail_all("the script sandbox is not running");
        return false;
    }
    place = std::make_unique<WorkerLink>(token, std::move(sockets->near), *std::move(page));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = token;
    const int watched = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, place->fd(), &event);
    SG_ASSERT(watched == 0, "a new socket can be watched");
    ++workers_started_;
    return true;
}

void ScriptPool::take_events() {
    std::array<epoll_event, 16> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const auto place = std::ranges::find_if(workers_, [&](const auto& worker) {
            return worker != nullptr && worker->token() == event.data.u64;
        });
        if (place == workers_.end()) continue;  // ended by an event before this one
        const bool is_gone =
            (event.events & EPOLLOUT) != 0 && (*place)->write(epoll_.get()) == IoState::closed;
        const bool has_sent = (event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0;
        if (is_gone || has_sent) take_replies(*place);
    }
}

void ScriptPool::take_replies(std::unique_ptr<WorkerLink>& place) {
    WorkerLink& worker = *place;
    const IoState state = worker.read();
    std::size_t consumed = 0;
    while (true) {
        const auto frame = next_frame(worker.received().substr(consumed), reply_bytes_max);
        if (!frame) {
            end_worker(place, "script_crashed");
            return;
        }
        if (!frame->has_value()) break;
        consumed += frame_head_bytes + (*frame)->size();
        take_reply(worker, **frame);
    }
    worker.consume(consumed);
    const bool is_done = worker.has_stepped_back() && worker.is_idle();
    if (state == IoState::closed || is_done) end_worker(place, "script_crashed");
}

void ScriptPool::take_reply(WorkerLink& worker, std::string_view frame) {
    auto raw = read_reply(frame);
    // A broken answer is dropped; the call it belongs to ends with its worker or its deadline.
    if (!raw) return;
    if (raw->interim) {
        // No sign of progress: a script that prints for ever is still one that runs for ever.
        SentCall* const running = worker.find_sent(raw->sequence);
        if (running != nullptr) take_live_logs(*running, std::move(raw->logs));
        return;
    }
    SentCall sent;
    if (!worker.take_sent(raw->sequence, sent)) return;
    worker.note_reply(now_ms_);
    unexplained_deaths_ = 0;
    if (raw->retires) worker.set_retiring();
    if (raw->skipped) {
        // Only what was taken back may be skipped; it waits elsewhere already.
        if (!sent.taken_back) offer_again(sent.call_id);
        return;
    }
    settle(sent.call_id, checked_reply(*std::move(raw), sent.call_id));
}

// The worker keeps to the limits of a reply; one that was taken over is not believed to.
void ScriptPool::take_live_logs(SentCall& sent, std::vector<LogLine> lines) {
    if (sent.taken_back || !calls_.contains(sent.call_id)) return;
    sent.live_lines += lines.size();
    for (const LogLine& line : lines) sent.live_bytes += line.text.size();
    if (sent.live_lines > limits::log_lines_per_node ||
        sent.live_bytes > limits::log_bytes_per_node)
        return;
    live_logs_.push_back({sent.call_id, checked_logs(std::move(lines))});
}

// The call that the worker was in is the one to blame; the others are offered again.
void ScriptPool::end_worker(std::unique_ptr<WorkerLink>& place, const char* code_of_current) {
    const std::unique_ptr<WorkerLink> worker = std::move(place);
    request_kill(worker->token());
    const SentCall* current = worker->is_retiring() ? nullptr : worker->current();
    if (current == nullptr && !worker->is_retiring()) note_unexplained_death(*worker);
    for (auto sent = worker->sent().rbegin(); sent != worker->sent().rend(); ++sent) {
        if (current != nullptr && sent->sequence == current->sequence) {
            refuse(sent->call_id, error_with(code_of_current, sent->time_ms));
            continue;
        }
        if (sent->taken_back) continue;
        const auto found = calls_.find(sent->call_id);
        const bool is_explained = current != nullptr || worker->is_retiring();
        if (found != calls_.end() && !is_explained) ++found->second.abandoned;
        offer_again(sent->call_id);
    }
}

void ScriptPool::offer_again(std::uint64_t id) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return;
    if (found->second.abandoned >= abandoned_max) {
        refuse(id, {"script_crashed", "the script's process ended several times around it"});
        return;
    }
    waiting_.push_front(id);
}

// Workers that die before they do anything would be started for ever.
void ScriptPool::note_unexplained_death(const WorkerLink& worker) {
    if (worker.has_replied() || ++unexplained_deaths_ < unexplained_deaths_max) return;
    unexplained_deaths_ = 0;
    start_again_ms_ = now_ms_ + start_again_after_ms;
    fail_all("the processes for scripts do not start");
}

// What cannot be sent now is asked for again by the next poll.
void ScriptPool::step_back(WorkerLink& worker) {
    if (worker.has_stepped_back()) return;
    const ZygoteMessage request{.request = ZygoteRequest::step_back, .token = worker.token()};
    if (send_message(control_.get(), request, {-1, -1})) worker.set_stepped_back();
}

void ScriptPool::request_kill(std::uint64_t token) {
    const ZygoteMessage request{.request = ZygoteRequest::kill, .token = token};
    if (!send_message(control_.get(), request, {-1, -1}) && errno == EAGAIN) {
        kills_.push_back(token);
    }
}

// Those with a worker have it to answer for them.
void ScriptPool::fail_all(const std::string& reason) {
    for (std::uint64_t id : std::exchange(waiting_, {})) {
        refuse(id, {"script_crashed", reason});
    }
}

}  // namespace swiftgrid::sandbox
