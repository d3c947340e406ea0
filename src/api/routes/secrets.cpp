#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

Response list_secrets(const Request& request, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request, parts.secrets.list({query_text(request, "cursor"), *limit}));
}

// `name`: where it does not come from the path.
control::Answer<control::SecretInput> read_secret(const Request& request,
                                                  std::optional<std::string> name) {
    auto body = name ? JsonBody::read(request, {"value", "kind"}, true)
                     : JsonBody::read(request, {"name", "value", "kind"}, true);
    if (!body) return std::unexpected(body.error());
    if (!name) {
        auto given = body->text("name");
        if (!given) return std::unexpected(given.error());
        name = *given;
    }
    auto value = body->text("value");
    if (!value) return std::unexpected(value.error());
    auto kind = body->text("kind");
    if (!kind) return std::unexpected(kind.error());
    if (!name || !*value) return missing_member(name ? "value" : "name");
    return control::SecretInput{*std::move(name), **std::move(value), *std::move(kind)};
}

Response create_secret(const Request& request, ApiParts& parts) {
    auto input = read_secret(request, std::nullopt);
    if (!input) return problem_response(request, input.error());
    return json_answer(request, parts.secrets.create(*input, request.caller.name), 201);
}

Response put_secret(const Request& request, ApiParts& parts) {
    auto input = read_secret(request, std::string(request.parameter("name")));
    if (!input) return problem_response(request, input.error());
    auto done = parts.secrets.put(*input, request.caller.name);
    if (!done) return refusal_response(request, done.error());
    return json_response(done->is_new ? 201 : 200, done->json);
}

Response delete_secret(const Request& request, ApiParts& parts) {
    auto force = query_boolean(request, "force");
    if (!force) return problem_response(request, force.error());
    auto removed = parts.secrets.remove(std::string(request.parameter("name")),
                                        force->value_or(false), request.caller.name);
    return removed ? empty_response() : refusal_response(request, removed.error());
}

Response rotate_key(const Request& request, ApiParts& parts) {
    return json_answer(request, parts.secrets.rotate_key(request.caller.name));
}

Response list_flow_secrets(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    const std::string version = query_text(request, "version");
    if (!version.empty() && version != "active" && version != "draft")
        return problem_response(
            request, Error{ErrorCode::bad_request, "version: 'active' or 'draft' is expected"});
    return json_answer(request, parts.flows.env_names(*flow, version == "draft"));
}

}  // namespace

void add_secret_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/secrets", list_secrets);
    routes.add("POST", "/api/secrets", create_secret);
    routes.add("POST", "/api/secrets/rotate-key", rotate_key);
    routes.add("PUT", "/api/secrets/{name}", put_secret);
    routes.add("DELETE", "/api/secrets/{name}", delete_secret);
    routes.add("GET", "/api/flows/{flowId}/secrets", list_flow_secrets);
}

}  // namespace swiftgrid::api
