// GET /metrics. Who may read it: api/access_rules.cpp and --metrics-public.

#include <prometheus/text_serializer.h>

#include "api/metrics/openmetrics.h"
#include "api/metrics/server_metrics.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

constexpr std::string_view text_type = "text/plain; version=0.0.4; charset=utf-8";

Response metrics_answer(const Request& request, const ApiParts& parts) {
    const Families families = server_metrics(parts);
    const bool is_open = prefers_openmetrics(request.header("Accept").value_or(""));
    Response response;
    response.headers = {{"Content-Type", std::string(is_open ? openmetrics_type : text_type)},
                        {"Vary", "Accept"}};
    response.body = Body(is_open ? openmetrics_text(families)
                                 : prometheus::TextSerializer().Serialize(families));
    return response;
}

}  // namespace

void add_metrics_routes(Router& router, ApiParts& parts) {
    router.add("GET", "/metrics", [&parts](const Request& request, const Responder& respond) {
        respond(metrics_answer(request, parts));
    });
}

}  // namespace swiftgrid::api
