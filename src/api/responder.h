#pragma once

// How a handler answers: at once or later, from any thread. The first answer counts; a request
// whose last Responder goes away unanswered gets a 500, so none can hang.

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "api/event_stream.h"
#include "api/request.h"
#include "api/response.h"

namespace swiftgrid::api {

// A body that is made while it is sent: `more` is called, on a thread of the server, whenever the
// client has taken what was pushed before. It pushes the next piece, then or later, and closes the
// queue after the last one, or aborts it: then the client sees that something is missing.
struct LongBody {
    std::vector<Header> headers;
    std::function<void(const std::shared_ptr<EventQueue>&)> more;
};

// The connection's side; implemented by the session. Each is called at most once per request.
class ResponseSink {
public:
    virtual ~ResponseSink() = default;
    virtual void send(const Request& request, Response response) = 0;
    virtual EventStreamWriter open_stream(const Request& request,
                                          std::function<void()> on_closed) = 0;
    virtual void open_body(const Request& request, LongBody body) = 0;
    // Calls `gone`, at most once, when the client goes away before it is answered.
    virtual void watch_client(std::function<void()> gone) = 0;
};

class Exchange {
public:
    Exchange(Request request, std::shared_ptr<ResponseSink> sink)
        : request_(std::move(request)), sink_(std::move(sink)) {}
    ~Exchange();

    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    const Request& request() const { return request_; }
    Request& mutable_request() { return request_; }  // before the handler runs

    // True for the first caller only.
    bool claim() { return !answered_.exchange(true); }
    ResponseSink& sink() { return *sink_; }

private:
    Request request_;
    std::shared_ptr<ResponseSink> sink_;  // owners: the server's table of sessions and this
    std::atomic<bool> answered_ = false;
};

class Responder {
public:
    explicit Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

    // Lives as long as a copy of this responder does.
    const Request& request() const { return exchange_->request(); }

    // False when the request had been answered before; nothing is sent then.
    bool operator()(Response response) const {
        if (!exchange_->claim()) return false;
        exchange_->sink().send(exchange_->request(), std::move(response));
        return true;
    }

    // Work for a client that has gone away is wasted: `gone` is called, at most once, on a thread
    // of the server, when it does before the answer. The answer is still owed.
    void when_gone(std::function<void()> gone) const {
        exchange_->sink().watch_client(std::move(gone));
    }

    // Answers with an event stream. `on_closed` runs exactly once, on a thread of the server, when
    // the stream has ended for whatever reason. Requires that this is the first answer.
    EventStreamWriter stream(std::function<void()> on_closed) const;

    // Answers 200 with a body that is made while it is sent. Requires that this is the first
    // answer.
    void send_long(LongBody body) const;

private:
    std::shared_ptr<Exchange> exchange_;  // owners: the copies of this responder
};

}  // namespace swiftgrid::api
