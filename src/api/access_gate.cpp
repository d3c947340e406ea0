#include "api/access_gate.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "api/access_rules.h"
#include "api/problem.h"

namespace swiftgrid::api {
namespace {

bool changes_something(const Request& request) {
    return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
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

control::Caller caller_of(const Request& request, const control::Access& access, Instant now) {
    // A token that is wrong is not made good by a cookie.
    if (const auto token = bearer_token(request))
        return access.caller_of_token(*token, now).value_or(control::Caller{});
    if (const auto cookie = request.cookie(session_cookie))
        return access.caller_of_session(*cookie, now).value_or(control::Caller{});
    return {};
}

std::optional<Error> why_not(const Request& request, const AccessRule& rule) {
    const control::Caller& caller = request.caller;
    if (!caller.is_known())
        return Error{ErrorCode::unauthorized,
                     bearer_token(request)
                         ? "the token is not valid: it is wrong, expired or revoked"
                         : "sign in, or send the header Authorization: Bearer <token>"};
    if (!caller.may(*rule.role))
        return Error{ErrorCode::forbidden,
                     fmt::format("this needs the role '{}', and you are '{}'; an owner can change "
                                 "your role",
                                 to_string(*rule.role), to_string(caller.role))};
    if (rule.is_for_accounts && !caller.may_manage_accounts())
        return Error{ErrorCode::forbidden,
                     "tokens for programs manage no accounts and tokens; sign in for that"};
    return std::nullopt;
}

}  // namespace

std::string origin_of(std::string_view url) {
    const std::size_t scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return "";
    return std::string(url.substr(0, url.find('/', scheme_end + 3)));
}

// "http://host:port" against the Host header; browsers send Origin with every such request.
bool is_same_origin(const Request& request, std::string_view public_origin) {
    const auto origin = request.header("Origin");
    if (!origin) return false;
    if (!public_origin.empty() && *origin == public_origin) return true;
    const auto host = request.header("Host");
    const std::size_t scheme_end = origin->find("://");
    return host && scheme_end != std::string_view::npos && origin->substr(scheme_end + 3) == *host;
}

Gate make_access_gate(const control::Access& access, const runtime::Clock& clock,
                      GateOptions options) {
    return [&access, &clock,
            options = std::move(options)](Request& request) -> std::optional<Response> {
        request.caller = caller_of(request, access, clock.now());
        AccessRule rule = access_rule(request.method, request.route);
        if (options.metrics_public && request.route == "/metrics") rule = {};
        if (!rule.role) return std::nullopt;
        if (auto refusal = why_not(request, rule)) return problem_response(request, *refusal);
        if (request.caller.session && changes_something(request) &&
            !is_same_origin(request, options.public_origin))
            return problem_response(
                request,
                Error{ErrorCode::forbidden,
                      "a change with a session cookie must come from this server's pages"});
        return std::nullopt;
    };
}

}  // namespace swiftgrid::api
