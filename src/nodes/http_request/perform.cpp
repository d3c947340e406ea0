#include "nodes/http_request/perform.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <sodium.h>

#include "net/http_client.h"
#include "net/retry_after.h"
#include "nodes/http_request/pages.h"
#include "nodes/http_request/request.h"
#include "nodes/http_request/response.h"

namespace swiftgrid::nodes::http_request {

namespace {

using engine::RunError;
using std::chrono::steady_clock;
using std::chrono::system_clock;

std::int64_t milliseconds_since(steady_clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start)
        .count();
}

Instant now() {
    const auto since_epoch = system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

std::optional<JsonText> extras_of(const net::HttpResponse& response) {
    const net::HttpTiming& timing = response.timing;
    json::object extras;
    extras["timing"] = {{"dnsMs", timing.dns_ms},
                        {"connectMs", timing.connect_ms},
                        {"tlsMs", timing.tls_ms},
                        {"firstByteMs", timing.first_byte_ms},
                        {"totalMs", timing.total_ms}};
    extras["url"] = response.effective_url;
    extras["httpVersion"] = response.http_version;
    return JsonText::from(extras);
}

// Never repeats and cannot be guessed, so that no part of a body holds it.
std::string make_boundary() {
    std::array<unsigned char, 16> random{};
    randombytes_buf(random.data(), random.size());
    std::string boundary = "swiftgrid-";
    for (const unsigned char byte : random) boundary += fmt::format("{:02x}", byte);
    return boundary;
}

// One attempt: a request, and with pagination one after the other. Owners: the performer's table
// and the request under way.
class Exchange : public std::enable_shared_from_this<Exchange> {
public:
    Exchange(net::HttpClient& client, PerformRequest perform, std::function<void(Outcome)> done)
        : client_(client),
          perform_(std::move(perform)),
          done_(std::move(done)),
          pages_(Pages::of(perform_.node())) {}

    void start() {
        auto request = build_request(perform_, make_boundary());
        if (!request) return fail(std::move(request.error()));
        time_ms_max_ = request->time_ms;
        if (pages_) {
            pages_->prepare(*request);
            first_ = *request;
        }
        send(std::move(*request));
    }

    void cancel() {
        const std::lock_guard lock(mutex_);
        is_cancelled_ = true;
        client_.cancel(handle_);
    }

private:
    void send(net::HttpRequest request) {
        // For messages; the body is not kept.
        net::HttpRequest sent{.method = request.method, .url = request.url};
        {
            const std::lock_guard lock(mutex_);
            if (!is_cancelled_) {
                handle_ = client_.start(std::move(request),
                                        [self = shared_from_this(), sent = std::move(sent)](
                                            auto result) { self->take(sent, std::move(result)); });
                return;
            }
        }
        // The cancel came between two pages.
        fail(engine::make_run_error(std::string(net::to_string(net::HttpErrorKind::cancelled)),
                                    "the request was cancelled"));
    }

    void take(const net::HttpRequest& sent, net::HttpResult result) {
        if (!result) return fail(to_run_error(result.error()));
        net::HttpResponse& response = *result;
        response.timing.total_ms = milliseconds_since(started_);
        auto body = read_body(perform_.node(), sent, response);
        if (auto* error = std::get_if<RunError>(&body)) return finish(std::move(*error), &response);
        if (!pages_) return finish(make_result(response, std::get<JsonText>(body)), &response);
        auto next = pages_->take(sent, response, std::get<JsonText>(body));
        if (auto* error = std::get_if<RunError>(&next)) return finish(std::move(*error), &response);
        if (auto& url = std::get<std::optional<std::string>>(next)) return go_on(std::move(*url));
        const std::string counts =
            fmt::format(R"(,"pages":{},"morePages":{})", pages_->count(), pages_->has_more());
        finish(make_result(response, pages_->body(), counts), &response);
    }

    void go_on(std::string url) {
        if (perform_.show) {
            perform_.show(
                {ChunkType::progress, JsonText::from(json::object{{"pages", pages_->count()},
                                                                  {"items", pages_->items()}})});
        }
        auto next = next_request(perform_, first_, std::move(url), pages_->count() + 1);
        if (!next) return fail(std::move(next.error()));
        // The time limit is that of all pages together.
        next->time_ms = std::max<std::int64_t>(1, time_ms_max_ - milliseconds_since(started_));
        send(std::move(*next));
    }

    void fail(RunError error) { finish(std::move(error), nullptr); }

    void finish(std::variant<JsonText, RunError> result, const net::HttpResponse* response) {
        Outcome outcome;
        outcome.result = std::move(result);
        outcome.duration_ms = milliseconds_since(started_);
        if (response) {
            if (std::holds_alternative<RunError>(outcome.result))
                outcome.retry_after_ms = net::retry_after_ms(*response, now());
            outcome.extras = extras_of(*response);
        }
        done_(std::move(outcome));
    }

    net::HttpClient& client_;
    const PerformRequest perform_;
    const std::function<void(Outcome)> done_;
    const steady_clock::time_point started_ = steady_clock::now();
    std::int64_t time_ms_max_ = 0;
    std::optional<Pages> pages_;
    net::HttpRequest first_;  // only with pages

    std::mutex mutex_;  // of the two below: a cancel comes from another thread
    net::RequestHandle handle_;
    bool is_cancelled_ = false;
};

// The attempts under way. Owners: the performer, and each attempt's end, which may come later.
struct InFlight {
    std::mutex mutex;
    std::map<AttemptKey, std::shared_ptr<Exchange>> exchanges;
};

class Performer : public OutsidePerformer {
public:
    explicit Performer(net::HttpClient& client) : client_(client) {}
    // Afterwards no attempt asks the client for another page.
    ~Performer() override {
        for (const auto& exchange : under_way()) exchange->cancel();
    }
    Performer(const Performer&) = delete;
    Performer& operator=(const Performer&) = delete;

    void start(PerformRequest perform, std::function<void(Outcome)> done) override {
        const AttemptKey key = perform.key;
        const auto exchange = std::make_shared<Exchange>(
            client_, std::move(perform),
            [in_flight = in_flight_, key, done = std::move(done)](Outcome outcome) {
                {
                    const std::lock_guard lock(in_flight->mutex);
                    in_flight->exchanges.erase(key);
                }
                done(std::move(outcome));
            });
        {
            const std::lock_guard lock(in_flight_->mutex);
            in_flight_->exchanges[key] = exchange;
        }
        exchange->start();
    }

    void cancel(const AttemptKey& key) override {
        std::shared_ptr<Exchange> exchange;
        {
            const std::lock_guard lock(in_flight_->mutex);
            const auto found = in_flight_->exchanges.find(key);
            if (found == in_flight_->exchanges.end()) return;
            exchange = found->second;
        }
        exchange->cancel();
    }

private:
    std::vector<std::shared_ptr<Exchange>> under_way() const {
        const std::lock_guard lock(in_flight_->mutex);
        std::vector<std::shared_ptr<Exchange>> all;
        for (const auto& [key, exchange] : in_flight_->exchanges) all.push_back(exchange);
        return all;
    }

    net::HttpClient& client_;
    const std::shared_ptr<InFlight> in_flight_ = std::make_shared<InFlight>();
};

}  // namespace

std::unique_ptr<OutsidePerformer> make_performer(net::HttpClient& client) {
    return std::make_unique<Performer>(client);
}

}  // namespace swiftgrid::nodes::http_request
