#include <algorithm>

#include "api/problem.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "base/json.h"

namespace swiftgrid::api {
namespace {

constexpr std::int64_t delay_ms_max = 2'000;

// Only what a sample may want to see: never cookies or authorization.
bool is_echoed(std::string_view name) { return name == "content-type" || name.starts_with("x-"); }

json::object echoed_headers(const Request& request) {
    json::object headers;
    for (const Header& header : request.headers) {
        std::string name = header.name;
        std::ranges::transform(name, name.begin(), [](unsigned char c) {
            return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        });
        if (is_echoed(name)) headers[name] = header.value;
    }
    return headers;
}

// The body as JSON when it is JSON, as text when it is UTF-8 text, else null.
std::string echoed_body(const std::string& body) {
    if (body.empty()) return "null";
    if (auto value = JsonText::parse(body)) return std::string(value->view());
    std::string quoted;
    append_json_string(quoted, body);
    return JsonText::parse(quoted) ? quoted : "null";
}

Response echo(const Request& request, int status) {
    json::object query;
    for (const auto& [name, value] : request.query) query[name] = value;
    std::string text = "{\"method\":";
    append_json_string(text, request.method);
    text += ",\"query\":" + to_json(query);
    text += ",\"headers\":" + to_json(echoed_headers(request));
    text += ",\"body\":" + echoed_body(request.body) + "}";
    if (status == 204 || status == 304) return empty_response(status);
    return json_response(status, std::move(text));
}

}  // namespace

void add_echo_route(Router& router, Timer& timer) {
    const Handler handler = [&timer](const Request& request, const Responder& respond) {
        const auto status = query_integer(request, "status", {200, 599});
        const auto delay_ms = query_integer(request, "delayMs", {0, delay_ms_max});
        if (!status || !delay_ms) {
            respond(problem_response(request, !status ? status.error() : delay_ms.error()));
            return;
        }
        const int answer_status = static_cast<int>(status->value_or(200));
        if (delay_ms->value_or(0) == 0) {
            respond(echo(request, answer_status));
            return;
        }
        timer.after(**delay_ms,
                    [respond, answer_status] { respond(echo(respond.request(), answer_status)); });
    };
    for (auto method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        router.add(method, "/api/echo", handler);
}

}  // namespace swiftgrid::api
