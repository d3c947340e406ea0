#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

control::Answer<store::ScheduleSettings> read_schedule(const Request& request) {
    auto body = JsonBody::read(
        request, {"enabled", "cron", "timezone", "inputData", "overlapMode", "missed"}, true);
    if (!body) return std::unexpected(body.error());
    auto enabled = body->boolean("enabled");
    if (!enabled) return std::unexpected(enabled.error());
    store::ScheduleSettings settings;
    const auto take = [&](std::string_view name, std::string& member) -> control::Answer<void> {
        auto text = body->text(name);
        if (!text) return std::unexpected(text.error());
        if (*text) member = **std::move(text);
        return {};
    };
    if (auto taken = take("cron", settings.cron); !taken) return std::unexpected(taken.error());
    if (auto taken = take("timezone", settings.timezone); !taken)
        return std::unexpected(taken.error());
    if (auto taken = take("overlapMode", settings.overlap_mode); !taken)
        return std::unexpected(taken.error());
    if (auto taken = take("missed", settings.missed); !taken) return std::unexpected(taken.error());
    // Who gives an expression wants it to be used.
    settings.enabled = enabled->value_or(true);
    const json::value* input = body->find("inputData");
    if (input && !input->is_null()) settings.input_data = canonical_json(*input);
    return settings;
}

Response get_schedule(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    return json_answer(request, parts.schedules.get(*flow));
}

Response put_schedule(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto settings = read_schedule(request);
    if (!settings) return problem_response(request, settings.error());
    return json_answer(request, parts.schedules.put(*flow, *settings));
}

Response delete_schedule(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto removed = parts.schedules.remove(*flow);
    return removed ? empty_response() : refusal_response(request, removed.error());
}

Response list_schedules(const Request& request, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request, parts.schedules.list(query_text(request, "cursor"), *limit));
}

Response preview_cron(const Request& request, ApiParts& parts) {
    auto body = JsonBody::read(request, {"cron", "timezone", "count", "from"}, true);
    if (!body) return problem_response(request, body.error());
    auto cron = body->text("cron");
    if (!cron) return problem_response(request, cron.error());
    auto timezone = body->text("timezone");
    if (!timezone) return problem_response(request, timezone.error());
    auto count = body->integer("count");
    if (!count) return problem_response(request, count.error());
    auto from = body->text("from");
    if (!from) return problem_response(request, from.error());
    control::CronQuestion question;
    question.cron = cron->value_or("");
    question.timezone = timezone->value_or(question.timezone);
    question.count = count->value_or(question.count);
    question.from = *from;
    return json_answer(request, parts.schedules.preview(question));
}

}  // namespace

void add_schedule_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/flows/{flowId}/schedule", get_schedule);
    routes.add("PUT", "/api/flows/{flowId}/schedule", put_schedule);
    routes.add("DELETE", "/api/flows/{flowId}/schedule", delete_schedule);
    routes.add("GET", "/api/schedules", list_schedules);
    routes.add("POST", "/api/cron/preview", preview_cron);
}

}  // namespace swiftgrid::api
