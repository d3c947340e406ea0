#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

Response list_tokens(const Request& request, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request, parts.accounts.tokens().list(
                                    request.caller, query_text(request, "cursor"), *limit));
}

Response create_token(const Request& request, ApiParts& parts) {
    auto body = JsonBody::read(request, {"name", "role", "expiresAt"}, true);
    if (!body) return problem_response(request, body.error());
    auto name = body->text("name");
    if (!name) return problem_response(request, name.error());
    auto role = body->text("role");
    if (!role) return problem_response(request, role.error());
    auto expires_at = body->text("expiresAt");
    if (!expires_at) return problem_response(request, expires_at.error());
    const control::TokenInput input{name->value_or(""), role->value_or(""), *expires_at};
    return json_answer(request, parts.accounts.tokens().create(request.caller, input), 201);
}

Response revoke_token(const Request& request, ApiParts& parts) {
    auto token = path_id<TokenId>(request, "tokenId");
    if (!token) return problem_response(request, token.error());
    auto revoked = parts.accounts.tokens().revoke(request.caller, *token);
    return revoked ? empty_response() : refusal_response(request, revoked.error());
}

}  // namespace

void add_token_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/tokens", list_tokens);
    routes.add("POST", "/api/tokens", create_token);
    routes.add("DELETE", "/api/tokens/{tokenId}", revoke_token);
}

}  // namespace swiftgrid::api
