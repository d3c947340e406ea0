#include "api/access_gate.h"
#include "api/answers.h"
#include "api/client_address.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

using control::Caller;

std::string status_json(const Caller& caller, const ApiParts& parts) {
    const auto kind_text = [&]() -> json::value {
        switch (caller.kind) {
            case control::CallerKind::stranger: break;
            case control::CallerKind::server_token: return "serverToken";
            case control::CallerKind::person: return "person";
            case control::CallerKind::api_token: return "apiToken";
        }
        return nullptr;
    };
    const bool known = caller.is_known();
    return to_json(
        json::object{{"signedIn", known},
                     {"role", known ? json::value(to_string(caller.role)) : json::value()},
                     {"kind", kind_text()},
                     {"name", known ? json::value(caller.name) : json::value()},
                     {"userId", caller.user ? json::value(to_string(*caller.user)) : json::value()},
                     {"hasAccounts", parts.accounts.exist()},
                     {"version", parts.version}});
}

// Behind TLS the cookie never leaves it: browsers say where their page is from.
Header cookie_header(const Request& request, const ApiParts& parts, const std::string& value,
                     std::int64_t seconds) {
    const std::string_view origin = request.header("Origin").value_or(parts.public_origin);
    return {"Set-Cookie", std::string(session_cookie) + "=" + value +
                              "; Path=" + parts.cookie_path +
                              "; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds) +
                              (origin.starts_with("https://") ? "; Secure" : "")};
}

control::SignInPlace place_of(const Request& request) {
    return {client_address(request), std::string(request.header("User-Agent").value_or(""))};
}

Response signed_in(const Request& request, const ApiParts& parts,
                   const control::Answer<control::Users::SignedIn>& answer, int status) {
    if (!answer) return refusal_response(request, answer.error());
    Response response = json_response(status, status_json(answer->caller, parts));
    response.headers.push_back(
        cookie_header(request, parts, answer->session.cookie, answer->session.seconds));
    return response;
}

Response too_many_attempts(const Request& request, std::int64_t seconds) {
    Response response = problem_response(
        request, Error{ErrorCode::rate_limited, "too many attempts to sign in; try again in " +
                                                    std::to_string(seconds) +
                                                    (seconds == 1 ? " second" : " seconds")});
    set_retry_after(response, seconds);
    return response;
}

// What a stranger sends, with the checks that cost nothing. Runs on a thread of the server.
struct SignInBody {
    std::string email;
    std::string password;
    std::optional<std::string> code;
    std::optional<std::string> token;
};

control::Answer<std::string> required_text(const JsonBody& body, std::string_view name) {
    auto text = body.text(name);
    if (!text) return std::unexpected(text.error());
    if (!*text) return missing_member(name);
    return **std::move(text);
}

Result<void> check_stranger(const Request& request, const ApiParts& parts) {
    if (request.body.size() > limits::sign_in_body_bytes)
        return fail(ErrorCode::too_large, "nothing that signs in is that long");
    // Another site must not sign a browser in or out, as whomever it likes.
    if (request.header("Origin") && !is_same_origin(request, parts.public_origin))
        return fail(ErrorCode::forbidden, "signing in must come from this server's pages");
    return {};
}

control::Answer<SignInBody> read_log_in(const Request& request, const ApiParts& parts) {
    if (auto checked = check_stranger(request, parts); !checked)
        return std::unexpected(checked.error());
    auto body = JsonBody::read(request, {"email", "password", "code", "token"}, true);
    if (!body) return std::unexpected(body.error());
    SignInBody out;
    const bool has_password = body->has("email") || body->has("password");
    const int ways =
        (has_password ? 1 : 0) + (body->has("code") ? 1 : 0) + (body->has("token") ? 1 : 0);
    if (ways != 1)
        return control::refuse_member(control::problem_at(
            "", "missing_field", "body: 'email' with 'password', or 'code', or 'token' is wanted",
            "send one of these three"));
    const auto take = [&](std::string_view name) { return required_text(*body, name); };
    if (has_password) {
        auto email = take("email");
        if (!email) return std::unexpected(email.error());
        auto password = take("password");
        if (!password) return std::unexpected(password.error());
        if (email->size() > limits::email_bytes)
            return wrong_member("email",
                                "at most " + std::to_string(limits::email_bytes) + " bytes long",
                                "write the address of the account");
        out.email = *std::move(email);
        out.password = *std::move(password);
        return out;
    }
    auto secret = take(body->has("code") ? "code" : "token");
    if (!secret) return std::unexpected(secret.error());
    (body->has("code") ? out.code : out.token) = *std::move(secret);
    return out;
}

// Whether the server belongs to whoever sends this, where there is no account yet.
bool is_proof(const Request& request, const ApiParts& parts, const std::string& setup_token) {
    const control::Access& access = parts.accounts.access();
    if (!setup_token.empty())
        return access.is_sign_in_code(setup_token, parts.clock.now()) ||
               access.is_server_token(setup_token);
    const Caller& caller = request.caller;
    return caller.kind == control::CallerKind::server_token &&
           (!caller.session || is_same_origin(request, parts.public_origin));
}

Response set_up(const Request& request, ApiParts& parts, const SignInBody& body,
                const std::string& setup_token) {
    if (parts.accounts.exist())
        return problem_response(
            request, Error{ErrorCode::conflict,
                           "this server has its first account already; sign in with it"});
    if (!is_proof(request, parts, setup_token))
        return problem_response(
            request,
            Error{ErrorCode::unauthorized,
                  "the set-up code is wrong or too old: open the link that the server printed, or "
                  "give the API token as 'setupToken'"});
    auto answer = parts.accounts.users().set_up(body.email, body.password, place_of(request));
    return signed_in(request, parts, answer, 201);
}

// An attempt counts when what was shown is wrong; whatever else keeps somebody out was no guess. A
// failed one is noted after the answer: the time that takes would tell who has an account.
void answer_attempt(const Responder& respond, ApiParts& parts, const std::string& account,
                    Response response) {
    const bool was_wrong = response.status == 401;
    if (!was_wrong) parts.accounts.limiter().give_back(account, client_address(respond.request()));
    respond(std::move(response));
    if (was_wrong && !account.empty())
        parts.accounts.users().note_failed_log_in(account, place_of(respond.request()));
}

void post_attempt(const Responder& respond, ApiParts& parts, const std::string& account,
                  std::function<Response(const Request&)> attempt) {
    const bool posted =
        parts.sign_ins.post([respond, &parts, account, attempt = std::move(attempt)] {
            answer_attempt(respond, parts, account, attempt(respond.request()));
        });
    if (!posted)
        answer_attempt(respond, parts, account,
                       problem_response(respond.request(),
                                        Error{ErrorCode::overloaded,
                                              "the server is busy; try again in a moment"}));
}

void handle_set_up(const Request& request, const Responder& respond, ApiParts& parts) {
    const auto refuse = [&](const control::Refusal& refusal) {
        respond(refusal_response(request, refusal));
    };
    if (auto checked = check_stranger(request, parts); !checked) return refuse(checked.error());
    auto body = JsonBody::read(request, {"setupToken", "email", "password"}, true);
    if (!body) return refuse(body.error());
    auto email = required_text(*body, "email");
    if (!email) return refuse(email.error());
    auto password = required_text(*body, "password");
    if (!password) return refuse(password.error());
    auto setup_token = body->text("setupToken");
    if (!setup_token) return refuse(setup_token.error());
    if (const auto wait = parts.accounts.limiter().take("", client_address(request),
                                                        parts.clock.monotonic_ms())) {
        respond(too_many_attempts(request, *wait));
        return;
    }
    SignInBody wished{*std::move(email), *std::move(password), {}, {}};
    post_attempt(respond, parts, "",
                 [&parts, wished = std::move(wished), token = setup_token->value_or("")](
                     const Request& asked) { return set_up(asked, parts, wished, token); });
}

control::Answer<control::Users::SignedIn> log_in_with_secret(const Request& request,
                                                             ApiParts& parts,
                                                             const SignInBody& body) {
    control::Access& access = parts.accounts.access();
    if (body.code && !access.use_sign_in_code(*body.code, parts.clock.now()))
        return control::refuse(ErrorCode::unauthorized,
                               "this sign-in link was used already or is too old; restart the "
                               "server for a new one, or paste the API token");
    if (body.token && !access.is_server_token(*body.token))
        return control::refuse(ErrorCode::unauthorized, "the token is not valid");
    using Shown = control::Users::Shown;
    return parts.accounts.users().log_in_without_account(
        body.code ? Shown::one_time_code : Shown::server_token, place_of(request));
}

void handle_log_in(const Request& request, const Responder& respond, ApiParts& parts) {
    auto body = read_log_in(request, parts);
    if (!body) {
        respond(problem_response(request, body.error()));
        return;
    }
    const std::string account = control::normal_email(body->email);
    if (const auto wait = parts.accounts.limiter().take(account, client_address(request),
                                                        parts.clock.monotonic_ms())) {
        respond(too_many_attempts(request, *wait));
        return;
    }
    post_attempt(respond, parts, account, [&parts, body = *std::move(body)](const Request& asked) {
        auto answer = body.code || body.token ? log_in_with_secret(asked, parts, body)
                                              : parts.accounts.users().log_in(
                                                    body.email, body.password, place_of(asked));
        return signed_in(asked, parts, answer, 200);
    });
}

Response log_out(const Request& request, ApiParts& parts) {
    if (auto checked = check_stranger(request, parts); !checked)
        return problem_response(request, checked.error());
    auto done = parts.accounts.sessions().log_out(request.caller);
    if (!done) return refusal_response(request, done.error());
    Response response = empty_response();
    response.headers.push_back(cookie_header(request, parts, "", 0));
    return response;
}

Response change_password(const Request& request, ApiParts& parts) {
    auto body = JsonBody::read(request, {"currentPassword", "newPassword"}, true);
    if (!body) return problem_response(request, body.error());
    auto present = required_text(*body, "currentPassword");
    if (!present) return problem_response(request, present.error());
    auto wished = required_text(*body, "newPassword");
    if (!wished) return problem_response(request, wished.error());
    // A session that was left open must not become a way to guess.
    const std::string account = request.caller.user ? request.caller.name : "";
    const std::string address = client_address(request);
    if (const auto wait =
            parts.accounts.limiter().take(account, address, parts.clock.monotonic_ms()))
        return too_many_attempts(request, *wait);
    auto done = parts.accounts.users().change_password(request.caller, *present, *wished);
    if (done || done.error().error.code != ErrorCode::forbidden)
        parts.accounts.limiter().give_back(account, address);
    return done ? empty_response() : refusal_response(request, done.error());
}

Response list_sessions(const Request& request, ApiParts& parts) {
    return json_response(200, parts.accounts.sessions().list(request.caller));
}

Response end_session(const Request& request, ApiParts& parts) {
    auto session = path_id<SessionId>(request, "sessionId");
    if (!session) return problem_response(request, session.error());
    auto ended = parts.accounts.sessions().end(request.caller, *session);
    return ended ? empty_response() : refusal_response(request, ended.error());
}

Response end_other_sessions(const Request& request, ApiParts& parts) {
    auto ended = parts.accounts.sessions().end_others(request.caller);
    return ended ? empty_response() : refusal_response(request, ended.error());
}

}  // namespace

void add_auth_routes(Router& router, ApiParts& parts) {
    router.add("GET", "/api/auth/status",
               [&parts](const Request& request, const Responder& respond) {
                   respond(json_response(200, status_json(request.caller, parts)));
               });
    router.add("POST", "/api/auth/setup",
               [&parts](const Request& request, const Responder& respond) {
                   handle_set_up(request, respond, parts);
               });
    router.add("POST", "/api/auth/login",
               [&parts](const Request& request, const Responder& respond) {
                   handle_log_in(request, respond, parts);
               });
    const WorkerRoutes routes(router, parts);
    routes.add("POST", "/api/auth/logout", log_out);
    routes.add_with_password("PUT", "/api/auth/password", change_password);
    routes.add("GET", "/api/auth/sessions", list_sessions);
    routes.add("DELETE", "/api/auth/sessions", end_other_sessions);
    routes.add("DELETE", "/api/auth/sessions/{sessionId}", end_session);
}

}  // namespace swiftgrid::api
