// The webhooks of flows: what people set, what became of the calls, and who watches them.

#include "api/answers.h"
#include "api/event_stream.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

Response get_webhook(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    return json_answer(request, parts.webhooks.get(*flow));
}

// What is left out has its default, and the safe one; whether it is on stays as it is.
control::Answer<control::WebhookInput> read_input(const Request& request) {
    auto body = JsonBody::read(
        request, {"enabled", "requireSignature", "responseMode", "callsPerMinute"}, true);
    if (!body) return std::unexpected(body.error());
    auto enabled = body->boolean("enabled");
    if (!enabled) return std::unexpected(enabled.error());
    auto requires_signature = body->boolean("requireSignature");
    if (!requires_signature) return std::unexpected(requires_signature.error());
    auto mode = body->text("responseMode");
    if (!mode) return std::unexpected(mode.error());
    auto rate = body->integer("callsPerMinute");
    if (!rate) return std::unexpected(rate.error());
    control::WebhookInput input;
    store::WebhookSettings& settings = input.settings;
    input.keeps_enabled = !*enabled;
    settings.enabled = enabled->value_or(false);
    settings.requires_signature = requires_signature->value_or(settings.requires_signature);
    settings.response_mode = mode->value_or(settings.response_mode);
    settings.calls_per_minute = rate->value_or(settings.calls_per_minute);
    return input;
}

Response put_webhook(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto input = read_input(request);
    if (!input) return problem_response(request, input.error());
    return json_answer(request, parts.webhooks.put(*flow, *std::move(input), request.caller.name));
}

Response rotate_secret(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto body = JsonBody::read(request, {"secret", "overlapHours"});
    if (!body) return problem_response(request, body.error());
    auto secret = body->text("secret");
    if (!secret) return problem_response(request, secret.error());
    auto hours = body->integer("overlapHours");
    if (!hours) return problem_response(request, hours.error());
    return json_answer(
        request,
        parts.webhooks.rotate(*flow, {*secret, hours->value_or(limits::webhook_overlap_hours)},
                              request.caller.name));
}

Response list_deliveries(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request,
                       parts.webhooks.deliveries(*flow, query_text(request, "cursor"), *limit));
}

// Frames for one browser.
class ListeningStream : public control::WebhookListener {
public:
    explicit ListeningStream(EventStreamWriter writer) : writer_(std::move(writer)) {}

    void on_call(const std::string& json) override {
        writer_.send({.event = "call", .data = json});
    }

private:
    EventStreamWriter writer_;
};

void listen(const Responder& respond, ApiParts& parts) {
    const Request& request = respond.request();
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) {
        respond(problem_response(request, flow.error()));
        return;
    }
    const auto webhook = parts.webhooks.get(*flow);
    if (!webhook) {
        respond(refusal_response(request, webhook.error()));
        return;
    }
    auto listening = std::make_shared<std::weak_ptr<ListeningStream>>();
    auto writer = respond.stream([listening, flow = *flow, &parts] {
        if (const auto stream = listening->lock())
            parts.webhook_listeners.remove(flow, stream.get());
    });
    auto stream = std::make_shared<ListeningStream>(writer);
    *listening = stream;
    if (!parts.webhook_listeners.add(*flow, stream)) {
        writer.send(
            {.event = "refused", .data = R"({"reason":"too many listen at the same time"})"});
        writer.close();
        return;
    }
    // From here on no call is missed.
    writer.send({.event = "listening", .data = *webhook});
    // The browser may have gone before the listener was known to the closing callback.
    if (!writer.is_open()) parts.webhook_listeners.remove(*flow, stream.get());
}

}  // namespace

void add_webhook_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/flows/{flowId}/webhook", get_webhook);
    routes.add("PUT", "/api/flows/{flowId}/webhook", put_webhook);
    routes.add("POST", "/api/flows/{flowId}/webhook/rotate-secret", rotate_secret);
    routes.add("GET", "/api/flows/{flowId}/webhook/deliveries", list_deliveries);
    router.add("GET", "/api/flows/{flowId}/webhook/calls",
               [&parts](const Request&, const Responder& respond) {
                   post_or_refuse(parts.workers, respond,
                                  [respond, &parts] { listen(respond, parts); });
               });
}

}  // namespace swiftgrid::api
