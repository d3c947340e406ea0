#include "api/access_gate.h"
#include "api/json_body.h"
#include "api/problem.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

std::string status_json(bool signed_in, const std::string& version) {
    return to_json(json::object{{"signedIn", signed_in},
                                {"role", signed_in ? json::value("owner") : json::value()},
                                {"version", version}});
}

std::string cookie_header(const std::string& value, const std::string& path, std::int64_t seconds) {
    return std::string(session_cookie) + "=" + value + "; Path=" + path +
           "; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds);
}

Response log_in(const Request& request, ApiParts& parts) {
    auto body = JsonBody::read(request, {"code", "token"}, true);
    if (!body) return problem_response(request, body.error());
    auto code = body->text("code");
    auto token = body->text("token");
    if (!code || !token) return problem_response(request, !code ? code.error() : token.error());
    if (code->has_value() == token->has_value())
        return problem_response(request,
                                Error{ErrorCode::invalid_document,
                                      "body: exactly one of 'code' and 'token' is wanted"});
    const Instant now = parts.clock.now();
    const bool accepted =
        *code ? parts.access.use_sign_in_code(**code, now) : parts.access.is_token(**token);
    if (!accepted)
        return problem_response(
            request,
            Error{ErrorCode::unauthorized,
                  *code ? "this sign-in link was used already or is too old; restart the server "
                          "for a new one, or paste the API token"
                        : "the token is not valid"});
    Response response = json_response(200, status_json(true, parts.version));
    response.headers.push_back(
        {"Set-Cookie", cookie_header(parts.access.make_session(now), parts.cookie_path,
                                     control::Access::session_seconds)});
    return response;
}

}  // namespace

void add_auth_routes(Router& router, ApiParts& parts) {
    router.add("GET", "/api/auth/status",
               [&parts](const Request& request, const Responder& respond) {
                   const bool signed_in = is_signed_in(request, parts.access, parts.clock.now());
                   respond(json_response(200, status_json(signed_in, parts.version)));
               });
    router.add("POST", "/api/auth/login",
               [&parts](const Request& request, const Responder& respond) {
                   respond(log_in(request, parts));
               });
    router.add("POST", "/api/auth/logout", [&parts](const Request&, const Responder& respond) {
        Response response = empty_response();
        response.headers.push_back({"Set-Cookie", cookie_header("", parts.cookie_path, 0)});
        respond(std::move(response));
    });
}

}  // namespace swiftgrid::api
