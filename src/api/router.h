#pragma once

// Method and path pattern -> handler, in one table. Built once at start-up, then only read, by any
// thread. HEAD is answered by GET's handler, unless it is refused, and OPTIONS by the table itself
// unless they have handlers of their own.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/request.h"
#include "api/responder.h"
#include "api/response.h"

namespace swiftgrid::api {

// The request lives as long as a copy of the responder.
using Handler = std::function<void(const Request&, Responder)>;

// Asked before each handler of the table, not before the fallback; an answer ends the request.
// `request.route` says which pattern matched. Here access is checked and the caller is found.
using Gate = std::function<std::optional<Response>(Request&)>;

class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    // Requires a pattern like "/api/flows/{flowId}/runs" that was not added for this method before.
    void add(std::string_view method, std::string_view pattern, Handler handler);

    // For a path whose GET starts something: looking must not. There is no HEAD then.
    void refuse_head(std::string_view pattern);

    void set_gate(Gate gate) { gate_ = std::move(gate); }

    // For GET and HEAD of paths that no pattern matches: the web UI.
    void set_fallback(Handler handler) { fallback_ = std::move(handler); }

    // Whether the gate would let a request in again that it has let in: asked for streams, which
    // outlast what opened them.
    bool still_lets_in(Request request) const { return !gate_ || !gate_(request); }

    // Fills in the exchange's route and parameters and answers it, now or later. Never throws.
    void dispatch(const std::shared_ptr<Exchange>& exchange) const;

private:
    struct Segment;

    Segment& segment_at(std::string_view pattern);
    const Segment* find(std::string_view path, Pairs& parameters) const;
    void answer(const std::shared_ptr<Exchange>& exchange) const;

    std::unique_ptr<Segment> root_;
    Gate gate_;
    Handler fallback_;
};

}  // namespace swiftgrid::api
