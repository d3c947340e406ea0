// The examination of the data folder, for `swiftgrid doctor --server`.

#include "api/routes/routes.h"

namespace swiftgrid::api {

void add_doctor_routes(Router& router, ApiParts& parts) {
    const auto report = [&parts] { return parts.doctor.report(); };
    router.add("GET", "/api/doctor", [report](const Request&, const Responder& respond) {
        respond(json_response(200, report()));
    });
    router.add("POST", "/api/doctor", [&parts, report](const Request&, const Responder& respond) {
        parts.doctor.begin();
        respond(json_response(202, report()));
    });
}

}  // namespace swiftgrid::api
