#include "api/problem.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {

void add_service_routes(Router& router, ApiParts& parts) {
    const auto alive = [&parts](const Request&, const Responder& respond) {
        respond(json_response(200,
                              to_json(json::object{{"status", "ok"}, {"version", parts.version}})));
    };
    router.add("GET", "/healthz", alive);
    router.add("GET", "/readyz", [&parts, alive](const Request& request, const Responder& respond) {
        if (!parts.journal.accepts_new_work())
            respond(problem_response(request, parts.journal.refusal()));
        else if (parts.shards.is_draining())
            respond(problem_response(request,
                                     Error{ErrorCode::overloaded, "the server is shutting down"}));
        else
            alive(request, respond);
    });
}

}  // namespace swiftgrid::api
