#include "api/router.h"

#include <algorithm>

#include "api/problem.h"
#include "base/assert.h"

namespace swiftgrid::api {

// A tree of path segments. A literal child is preferred to the parameter.
struct Router::Segment {
    std::map<std::string, std::unique_ptr<Segment>, std::less<>> literals;
    std::unique_ptr<Segment> parameter;
    std::string parameter_name;
    std::string pattern;  // "" when no route ends here
    std::map<std::string, Handler, std::less<>> handlers;
    bool refuses_head = false;

    bool has_head() const { return handlers.contains("GET") && !refuses_head; }
};

namespace {

// Takes the next segment off a path that begins with a slash.
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

std::string allowed_methods(const std::map<std::string, Handler, std::less<>>& handlers,
                            bool has_head) {
    std::string out;
    const auto append = [&](std::string_view method) {
        if (!out.empty()) out += ", ";
        out += method;
    };
    for (const auto& [method, handler] : handlers) append(method);
    if (has_head && !handlers.contains("HEAD")) append("HEAD");
    if (!handlers.contains("OPTIONS")) append("OPTIONS");
    return out;
}

Error not_found(const Request& request) {
    return {ErrorCode::not_found, "There is nothing at " + request.path + "."};
}

}  // namespace

Router::Router() : root_(std::make_unique<Segment>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

Router::Segment& Router::segment_at(std::string_view pattern) {
    SG_ASSERT(pattern.starts_with('/'), "a pattern begins with a slash");
    Segment* at = root_.get();
    std::string_view rest = pattern;
    while (!rest.empty()) {
        const std::string_view segment = take_segment(rest);
        if (!segment.starts_with('{')) {
            auto& child = at->literals[std::string(segment)];
            if (!child) child = std::make_unique<Segment>();
            at = child.get();
            continue;
        }
        SG_ASSERT(segment.ends_with('}'), "a parameter is a whole segment");
        const std::string_view name = segment.substr(1, segment.size() - 2);
        if (!at->parameter) {
            at->parameter = std::make_unique<Segment>();
            at->parameter_name = name;
        }
        SG_ASSERT(at->parameter_name == name, "a parameter has the same name in all patterns");
        at = at->parameter.get();
    }
    at->pattern = pattern;
    return *at;
}

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
    const bool is_new = segment_at(pattern).handlers.emplace(method, std::move(handler)).second;
    SG_ASSERT(is_new, "a route is added once");
}

void Router::refuse_head(std::string_view pattern) { segment_at(pattern).refuses_head = true; }

const Router::Segment* Router::find(std::string_view path, Pairs& parameters) const {
    const Segment* at = root_.get();
    while (path.starts_with('/')) {
        auto segment = percent_decode(take_segment(path));
        if (!segment) return nullptr;
        if (const auto literal = at->literals.find(*segment); literal != at->literals.end()) {
            at = literal->second.get();
        } else if (at->parameter && !segment->empty()) {
            parameters.emplace_back(at->parameter_name, std::move(*segment));
            at = at->parameter.get();
        } else {
            return nullptr;
        }
    }
    return at->handlers.empty() ? nullptr : at;
}

void Router::dispatch(const std::shared_ptr<Exchange>& exchange) const {
    // Exceptions of a handler end here: the connection and the server carry on (style.md D33).
    try {
        answer(exchange);
    } catch (const std::exception& exception) {
        Responder{exchange}(problem_response(
            exchange->request(),
            Error{ErrorCode::internal, std::string("unexpected: ") + exception.what()}));
    }
}

void Router::answer(const std::shared_ptr<Exchange>& exchange) const {
    Request& request = exchange->mutable_request();
    const Responder respond(exchange);
    const Segment* place = find(request.path, request.parameters);
    const bool is_read = request.method == "GET" || request.method == "HEAD";
    if (!place) {
        request.parameters.clear();
        if (is_read && fallback_)
            fallback_(request, respond);
        else
            respond(problem_response(request, not_found(request)));
        return;
    }
    request.route = place->pattern;
    auto handler = place->handlers.find(request.method);
    if (handler == place->handlers.end() && request.method == "HEAD" && place->has_head()) {
        handler = place->handlers.find("GET");
    }
    if (handler == place->handlers.end()) {
        const std::string allow = allowed_methods(place->handlers, place->has_head());
        Response response = empty_response();
        if (request.method != "OPTIONS") {
            response = problem_response(
                request, Error{ErrorCode::method_not_allowed,
                               request.method + " is not possible here; possible are " + allow});
        }
        response.headers.push_back({"Allow", allow});
        respond(std::move(response));
        return;
    }
    if (gate_) {
        if (auto refusal = gate_(request)) {
            respond(std::move(*refusal));
            return;
        }
    }
    handler->second(request, respond);
}

}  // namespace swiftgrid::api
