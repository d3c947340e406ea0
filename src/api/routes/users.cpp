#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

Response list_users(const Request& request, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request, parts.accounts.users().list(query_text(request, "cursor"), *limit));
}

Response create_user(const Request& request, ApiParts& parts) {
    auto body = JsonBody::read(request, {"email", "role", "password"}, true);
    if (!body) return problem_response(request, body.error());
    auto email = body->text("email");
    if (!email) return problem_response(request, email.error());
    auto role = body->text("role");
    if (!role) return problem_response(request, role.error());
    auto password = body->text("password");
    if (!password) return problem_response(request, password.error());
    const control::UserInput input{email->value_or(""), *role, *password};
    return json_answer(request, parts.accounts.users().create(request.caller, input), 201);
}

Response change_user(const Request& request, ApiParts& parts) {
    auto user = path_id<UserId>(request, "userId");
    if (!user) return problem_response(request, user.error());
    auto body = JsonBody::read(request, {"role", "password", "resetPassword"}, true);
    if (!body) return problem_response(request, body.error());
    auto role = body->text("role");
    if (!role) return problem_response(request, role.error());
    auto password = body->text("password");
    if (!password) return problem_response(request, password.error());
    auto makes_password = body->boolean("resetPassword");
    if (!makes_password) return problem_response(request, makes_password.error());
    const control::Users::Change change{*role, *password, makes_password->value_or(false)};
    if (change.password && change.makes_password)
        return problem_response(
            request,
            control::refuse_member(
                control::problem_at("/resetPassword", "invalid_value",
                                    "body: 'password' and 'resetPassword' do not go together",
                                    "leave one of them out"))
                .error());
    return json_answer(request, parts.accounts.users().change(request.caller, *user, change));
}

Response delete_user(const Request& request, ApiParts& parts) {
    auto user = path_id<UserId>(request, "userId");
    if (!user) return problem_response(request, user.error());
    auto removed = parts.accounts.users().remove(request.caller, *user);
    return removed ? empty_response() : refusal_response(request, removed.error());
}

}  // namespace

void add_user_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/users", list_users);
    routes.add_with_password("POST", "/api/users", create_user);
    routes.add_with_password("PUT", "/api/users/{userId}", change_user);
    routes.add("DELETE", "/api/users/{userId}", delete_user);
}

}  // namespace swiftgrid::api
