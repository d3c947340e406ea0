#include "api/access_gate.h"

#include <algorithm>
#include <array>

#include "api/problem.h"

namespace swiftgrid::api {
namespace {

constexpr std::array open_routes = {
    std::string_view("/healthz"),
    std::string_view("/readyz"),
    std::string_view("/api/openapi.json"),
    std::string_view("/api/schemas/flow.json"),
    std::string_view("/api/echo"),
    std::string_view("/api/auth/status"),
    std::string_view("/api/auth/login"),
    std::string_view("/api/auth/logout"),
    std::string_view("/api/hooks/{flowId}"),
    std::string_view("/api/hooks/{flowId}/test"),
    std::string_view("/api/hooks/resume/{token}"),
};

bool changes_something(const Request& request) {
    return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
}

// "http://host:port" against the Host header; browsers send Origin with every such request.
bool is_same_origin(const Request& request) {
    const auto origin = request.header("Origin");
    const auto host = request.header("Host");
    if (!origin || !host) return false;
    const std::size_t scheme_end = origin->find("://");
    return scheme_end != std::string_view::npos && origin->substr(scheme_end + 3) == *host;
}

std::optional<std::string_view> bearer_token(const Request& request) {
    const auto header = request.header("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (!header || header->size() <= scheme.size()) return std::nullopt;
    const bool is_bearer =
        std::ranges::equal(header->substr(0, scheme.size()), scheme,
                           [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    if (!is_bearer) return std::nullopt;
    return header->substr(scheme.size());
}

bool has_session(const Request& request, const control::Access& access, Instant now) {
    const auto cookie = request.cookie(session_cookie);
    return cookie && access.is_session(*cookie, now);
}

}  // namespace

bool is_signed_in(const Request& request, const control::Access& access, Instant now) {
    if (const auto token = bearer_token(request)) return access.is_token(*token);
    return has_session(request, access, now);
}

Gate make_access_gate(const control::Access& access, const runtime::Clock& clock,
                      GateOptions options) {
    return [&access, &clock, options](const Request& request) -> std::optional<Response> {
        if (std::ranges::find(open_routes, request.route) != open_routes.end()) return std::nullopt;
        if (options.metrics_public && request.route == "/metrics") return std::nullopt;
        if (const auto token = bearer_token(request)) {
            if (access.is_token(*token)) return std::nullopt;
            return problem_response(request,
                                    Error{ErrorCode::unauthorized, "the token is not valid"});
        }
        if (!has_session(request, access, clock.now()))
            return problem_response(
                request, Error{ErrorCode::unauthorized,
                               "sign in, or send the header Authorization: Bearer <token>"});
        if (changes_something(request) && !is_same_origin(request))
            return problem_response(
                request,
                Error{ErrorCode::forbidden,
                      "a change with a session cookie must come from this server's pages"});
        return std::nullopt;
    };
}

}  // namespace swiftgrid::api
