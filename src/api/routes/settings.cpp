#include "api/answers.h"
#include "api/json_body.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

Response get_settings(const Request& request, ApiParts& parts) {
    return json_answer(request, parts.settings.get());
}

// Which members there are, the service knows.
Response put_settings(const Request& request, ApiParts& parts) {
    const auto changes = read_json_object(request);
    if (!changes) return problem_response(request, changes.error());
    return json_answer(request, parts.settings.change(*changes, request.caller.name));
}

}  // namespace

void add_settings_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/settings", get_settings);
    routes.add("PUT", "/api/settings", put_settings);
}

}  // namespace swiftgrid::api
