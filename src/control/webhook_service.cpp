#include "control/webhook_service.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "control/flow_view.h"
#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

constexpr const char* person = "owner";  // until there are accounts
constexpr std::int64_t hour_ms = 60LL * 60 * 1000;

std::unexpected<Refusal> refuse_member(model::Problem problem) {
    std::string message = model::in_one_line(problem);
    return refuse_document(std::move(message), {std::move(problem)});
}

std::unexpected<Refusal> refuse_member(const char* pointer, std::string detail, std::string mend) {
    return refuse_member(
        {model::Severity::error, pointer, "", "invalid_value", std::move(detail), std::move(mend)});
}

Answer<void> check_settings(const store::WebhookSettings& settings) {
    if (settings.response_mode != "async" && settings.response_mode != "wait")
        return refuse_member(
            "/responseMode", fmt::format("responseMode: '{}' is not known", settings.response_mode),
            "write 'async' to answer at once, or 'wait' to answer with the run's output");
    const std::int64_t rate = settings.calls_per_minute;
    if (rate < 1 || rate > limits::webhook_calls_per_minute_max)
        return refuse_member("/callsPerMinute",
                             fmt::format("callsPerMinute: {} is not from 1 to {}", rate,
                                         limits::webhook_calls_per_minute_max),
                             "write a number between them");
    return {};
}

void append_delivery(std::string& out, const store::WebhookDelivery& delivery) {
    ObjectWriter object(out);
    object.number("number", delivery.number);
    object.time("receivedAt", delivery.received_at);
    object.number("count", delivery.count);
    object.text("outcome", delivery.outcome);
    object.text_or_null("code", delivery.code);
    object.text_or_null("detail", delivery.detail);
    object.text_or_null("runId", delivery.run ? to_string(*delivery.run) : "");
    object.text_or_null("runStatus", delivery.run_status);
    object.text_or_null("idempotencyKey", delivery.key);
    object.text_or_null("signedAs", delivery.signed_as);
    object.text("method", delivery.method);
    object.text_or_null("contentType", delivery.content_type);
    object.number("sizeBytes", delivery.size_bytes);
    object.text("remoteAddress", delivery.remote_address);
    object.end();
}

}  // namespace

Answer<std::string> WebhookService::get(FlowId flow) {
    auto secrets = read_secrets(flow);
    if (!secrets) return refuse(secrets.error());
    return webhook_json(flow, *secrets, "");
}

Answer<std::string> WebhookService::put(FlowId flow, const store::WebhookSettings& settings) {
    if (auto ok = check_settings(settings); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(writing_);
    if (auto known = parts_.stored.get(flow); !known) return refuse(known.error());
    auto secrets = read_secrets(flow);
    if (!secrets) return refuse(secrets.error());
    std::string new_secret;
    // Before it is switched on: there is no moment in which calls come in unsigned.
    if (settings.enabled && secrets->is_empty()) {
        new_secret = WebhookSecrets::make();
        if (auto done = replace_secret(flow, *secrets, new_secret, 0); !done)
            return std::unexpected(done.error());
    }
    auto entry = audit(flow, "WEBHOOK_CHANGED");
    entry.metadata = to_json(json::object{{"enabled", settings.enabled},
                                          {"requireSignature", settings.requires_signature},
                                          {"responseMode", settings.response_mode},
                                          {"callsPerMinute", settings.calls_per_minute}});
    if (auto done = parts_.stored.put(flow, settings, entry); !done) return refuse(done.error());
    parts_.gate.forget(flow);
    return webhook_json(flow, *secrets, new_secret);
}

Answer<std::string> WebhookService::rotate(FlowId flow, SecretRotation rotation) {
    const std::int64_t hours = rotation.overlap_hours;
    if (hours < 0 || hours > limits::webhook_overlap_hours_max)
        return refuse_member("/overlapHours",
                             fmt::format("overlapHours: {} is not from 0 to {}", hours,
                                         limits::webhook_overlap_hours_max),
                             "write 0 to end the old secret at once");
    if (rotation.secret) {
        if (auto problem = WebhookSecrets::problem_of(*rotation.secret))
            return refuse_member(std::move(*problem));
    }
    const std::lock_guard lock(writing_);
    if (auto known = parts_.stored.get(flow); !known) return refuse(known.error());
    auto secrets = read_secrets(flow);
    if (!secrets) return refuse(secrets.error());
    const std::string secret = rotation.secret ? *rotation.secret : WebhookSecrets::make();
    if (auto done = replace_secret(flow, *secrets, secret, hours); !done)
        return std::unexpected(done.error());
    parts_.gate.forget(flow);
    return webhook_json(flow, *secrets, secret);
}

Answer<void> WebhookService::replace_secret(FlowId flow, WebhookSecrets& secrets,
                                            const std::string& secret, std::int64_t overlap_hours) {
    auto entry =
        audit(flow, secrets.is_empty() ? "WEBHOOK_SECRET_CREATED" : "WEBHOOK_SECRET_ROTATED");
    entry.metadata = to_json(json::object{{"overlapHours", overlap_hours}});
    secrets.replace(secret, entry.created_at, Duration{overlap_hours * hour_ms});
    auto done = parts_.secrets.put_own(store::webhook_secret_name(flow), secrets.to_text(), entry);
    if (!done) return refuse(done.error());
    return {};
}

Answer<std::string> WebhookService::deliveries(FlowId flow, const std::string& cursor,
                                               std::size_t limit) {
    auto page = parts_.stored.deliveries(flow, cursor, limit);
    if (!page) return refuse(page.error());
    std::string items;
    for (const store::WebhookDelivery& delivery : page->items) {
        if (!items.empty()) items += ',';
        append_delivery(items, delivery);
    }
    return page_json(items, page->next_cursor);
}

Result<WebhookSecrets> WebhookService::read_secrets(FlowId flow) {
    auto sealed = parts_.secrets.find_own(store::webhook_secret_name(flow));
    if (!sealed) return std::unexpected(sealed.error());
    return *sealed ? WebhookSecrets::parse(**sealed) : WebhookSecrets();
}

store::AuditEntry WebhookService::audit(FlowId flow, std::string action) const {
    store::AuditEntry entry;
    entry.flow = flow;
    entry.action = std::move(action);
    entry.actor = person;
    entry.created_at = parts_.clock.now();
    return entry;
}

Answer<std::string> WebhookService::webhook_json(FlowId flow, const WebhookSecrets& secrets,
                                                 const std::string& new_secret) {
    auto settings = parts_.stored.get(flow);
    if (!settings) return refuse(settings.error());
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head) return refuse(head.error());
    const std::string url = public_url_ + "/api/hooks/" + to_string(flow);
    std::string out;
    ObjectWriter object(out);
    object.text("flowId", to_string(flow));
    object.boolean("enabled", settings->enabled);
    object.boolean("requireSignature", settings->requires_signature);
    object.text("responseMode", settings->response_mode);
    object.number("callsPerMinute", settings->calls_per_minute);
    object.text("url", url);
    object.text("testUrl", url + "/test");
    object.boolean("published", head->active.has_value());
    object.time("secretCreatedAt", secrets.newest_since());
    object.time("oldSecretUntil", secrets.old_until(parts_.clock.now()));
    if (!new_secret.empty()) object.text("secret", new_secret);
    object.end();
    return out;
}

}  // namespace swiftgrid::control
