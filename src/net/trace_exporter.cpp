#include "net/trace_exporter.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "base/hash.h"
#include "base/json.h"
#include "base/limits.h"
#include "observe/otlp_json.h"

namespace swiftgrid::net {

namespace asio = boost::asio;

namespace {

// Those that the protocol calls retryable.
bool may_work_later(const HttpResult& result) {
    if (!result) return result.error().kind != HttpErrorKind::bad_url;
    const int status = result->status;
    return status == 429 || status == 502 || status == 503 || status == 504;
}

// What the collector asks for; nothing when it does not say it in seconds.
std::optional<std::int64_t> asked_pause_ms(const HttpResult& result) {
    if (!result) return std::nullopt;
    const std::string* header = find_header(result->headers, "retry-after");
    if (!header) return std::nullopt;
    std::int64_t seconds = 0;
    const std::string_view text = *header;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || seconds < 0)
        return std::nullopt;
    return std::min(seconds, limits::trace_retry_ms_max / 1'000) * 1'000;
}

// Spans that the collector did not take although it answered that all is well.
std::uint64_t rejected_of(const HttpResponse& response) {
    const auto answer = JsonText::parse(response.body);
    const auto partial =
        answer ? answer->child(std::string("partialSuccess")) : std::optional<JsonText>();
    const auto count =
        partial ? partial->child(std::string("rejectedSpans")) : std::optional<JsonText>();
    if (!count) return 0;
    std::uint64_t rejected = 0;
    const std::string text = count->as_plain_text();  // a number, or one in quotes
    std::from_chars(text.data(), text.data() + text.size(), rejected);
    return rejected;
}

std::string reason_of(const HttpResult& result) {
    return result ? fmt::format("it answered {}", result->status) : result.error().message;
}

}  // namespace

class TraceExporter::State : public std::enable_shared_from_this<State> {
public:
    State(Parts parts, const observe::TraceSettings& settings)
        : parts_(std::move(parts)),
          settings_(settings),
          strand_(asio::make_strand(parts_.io)),
          timer_(strand_) {}

    void start() {
        parts_.queue.when_portion(settings_.spans_per_request, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->wake();
        });
        asio::post(strand_, [self = shared_from_this()] { self->wait(); });
    }

    void wake() {
        asio::post(strand_, [self = shared_from_this()] { self->begin(); });
    }

    void flush(std::int64_t time_ms) {
        is_flushing_ = true;
        wake();
        std::unique_lock lock(mutex_);
        idle_.wait_for(lock, std::chrono::milliseconds(time_ms),
                       [this] { return is_idle_ && parts_.queue.size() == 0; });
        is_flushing_ = false;
    }

    // Nothing is begun any more.
    void stop() {
        is_stopped_ = true;
        asio::post(strand_, [self = shared_from_this()] { self->timer_.cancel(); });
    }

    Counts counts() const { return {sent_, failed_}; }

private:
    // Until the next portion is sent although it is not complete.
    void wait() {
        after(settings_.delay_ms, [](State& self) { self.begin(); });
    }

    // The time may be over while a portion that gathered before is on its way.
    void begin() {
        if (!is_busy_) send_next();
    }

    template <typename Then>
    void after(std::int64_t time_ms, Then then) {
        timer_.expires_after(std::chrono::milliseconds(time_ms));
        timer_.async_wait(
            [self = shared_from_this(), then](const boost::system::error_code& error) {
                if (!error && !self->is_stopped_) then(*self);
            });
    }

    void send_next() {
        if (is_stopped_) return;
        // First: flush() must never see an empty queue and nobody at work with what was in it.
        set_idle(false);
        const auto spans = parts_.queue.take(settings_.spans_per_request);
        if (spans.empty()) {
            set_idle(true);
            return wait();
        }
        body_ = observe::otlp_json(spans, settings_.resource);
        count_ = spans.size();
        attempt_ = 1;
        send();
    }

    void send() {
        HttpRequest request;
        request.method = "POST";
        request.url = settings_.url;
        request.headers.push_back({"Content-Type", "application/json"});
        for (const auto& [name, value] : settings_.headers)
            request.headers.push_back({name, value});
        request.body = body_;
        request.time_ms = settings_.request_ms;
        request.response_bytes_max = limits::trace_response_bytes;
        // The headers may hold a key, which is for the collector alone.
        request.follow_redirects = false;
        parts_.client.start(std::move(request), [self = shared_from_this()](HttpResult result) {
            asio::post(self->strand_, [self, result = std::move(result)] { self->take(result); });
        });
    }

    void take(const HttpResult& result) {
        if (is_stopped_) return;
        if (result && result->status >= 200 && result->status <= 299) {
            const std::uint64_t rejected = std::min<std::uint64_t>(rejected_of(*result), count_);
            sent_ += count_ - rejected;
            failed_ += rejected;
            has_warned_ = false;
            return go_on();
        }
        if (may_work_later(result) && attempt_ < limits::trace_attempts) {
            const std::int64_t pause = pause_ms(result);
            ++attempt_;
            return after(pause, [](State& self) { self.send(); });
        }
        failed_ += count_;
        if (!has_warned_ && parts_.warn)
            parts_.warn("traces are lost: cannot send them to " +
                        observe::attribute_url(settings_.url) + ": " + reason_of(result));
        has_warned_ = true;
        go_on();
    }

    std::int64_t pause_ms(const HttpResult& result) const {
        if (const auto asked = asked_pause_ms(result)) return *asked;
        const std::int64_t pause =
            std::min(parts_.retry_ms << (attempt_ - 1), limits::trace_retry_ms_max);
        // Servers that lost the same collector do not come back all at once.
        const auto some = static_cast<std::int64_t>(mix64(sent_ + failed_ + attempt_) % 400);
        return pause * (800 + some) / 1'000;
    }

    void go_on() {
        body_.clear();
        const bool is_portion = parts_.queue.size() >= settings_.spans_per_request;
        if (is_portion || is_flushing_) return send_next();
        set_idle(true);
        wait();
    }

    void set_idle(bool is_idle) {
        is_busy_ = !is_idle;
        const std::lock_guard lock(mutex_);
        is_idle_ = is_idle;
        if (is_idle) idle_.notify_all();
    }

    const Parts parts_;
    const observe::TraceSettings settings_;
    asio::strand<asio::io_context::executor_type> strand_;
    asio::steady_timer timer_;

    // Of the strand: the portion that is being sent.
    bool is_busy_ = false;
    bool has_warned_ = false;
    std::string body_;
    std::size_t count_ = 0;
    std::size_t attempt_ = 0;

    std::atomic<bool> is_flushing_ = false;
    std::atomic<bool> is_stopped_ = false;
    std::atomic<std::uint64_t> sent_ = 0;
    std::atomic<std::uint64_t> failed_ = 0;
    std::mutex mutex_;  // of is_idle_
    std::condition_variable idle_;
    bool is_idle_ = true;
};

TraceExporter::TraceExporter(Parts parts, const observe::TraceSettings& settings)
    : state_(std::make_shared<State>(std::move(parts), settings)) {}

TraceExporter::~TraceExporter() { state_->stop(); }

void TraceExporter::start() { state_->start(); }
void TraceExporter::flush(std::int64_t time_ms) { state_->flush(time_ms); }
TraceExporter::Counts TraceExporter::counts() const { return state_->counts(); }

}  // namespace swiftgrid::net
