#include "nodes/http_request/perform.h"

#include <chrono>
#include <map>
#include <mutex>

#include "net/http_client.h"
#include "nodes/http_request/request.h"
#include "nodes/http_request/response.h"
#include "nodes/http_request/retry_after.h"

namespace swiftgrid::nodes::http_request {

namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

// The requests under way. Owners: the performer, and each request's end, which may come later.
struct InFlight {
    std::mutex mutex;
    std::map<AttemptKey, net::RequestHandle> handles;
};

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

Outcome outcome_of(const PerformRequest& perform, const net::HttpRequest& request,
                   const net::HttpResult& result) {
    Outcome outcome;
    if (!result) {
        outcome.result = to_run_error(result.error());
        return outcome;
    }
    outcome.result = read_response(perform.node(), request, *result);
    if (std::holds_alternative<engine::RunError>(outcome.result))
        outcome.retry_after_ms = retry_after_ms(*result, now());
    outcome.extras = extras_of(*result);
    return outcome;
}

class Performer : public OutsidePerformer {
public:
    explicit Performer(net::HttpClient& client) : client_(client) {}

    void start(PerformRequest perform, std::function<void(Outcome)> done) override {
        const auto started = steady_clock::now();
        auto request = build_request(perform);
        if (!request) {
            Outcome refused;
            refused.result = std::move(request.error());
            done(std::move(refused));
            return;
        }
        const AttemptKey key = perform.key;
        net::HttpRequest sent{.method = request->method};  // for messages; the body is not kept
        const std::lock_guard lock(in_flight_->mutex);
        const net::RequestHandle handle = client_.start(
            std::move(*request),
            [in_flight = in_flight_, perform = std::move(perform), sent = std::move(sent),
             done = std::move(done), started](net::HttpResult result) {
                {
                    const std::lock_guard inner(in_flight->mutex);
                    in_flight->handles.erase(perform.key);
                }
                Outcome outcome = outcome_of(perform, sent, result);
                outcome.duration_ms = milliseconds_since(started);
                done(std::move(outcome));
            });
        in_flight_->handles[key] = handle;
    }

    void cancel(const AttemptKey& key) override {
        const std::lock_guard lock(in_flight_->mutex);
        const auto found = in_flight_->handles.find(key);
        if (found != in_flight_->handles.end()) client_.cancel(found->second);
    }

private:
    net::HttpClient& client_;
    const std::shared_ptr<InFlight> in_flight_ = std::make_shared<InFlight>();
};

}  // namespace

std::unique_ptr<OutsidePerformer> make_performer(net::HttpClient& client) {
    return std::make_unique<Performer>(client);
}

}  // namespace swiftgrid::nodes::http_request
