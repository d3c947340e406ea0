#include "control/webhook_service.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "control/flow_view.h"
#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

constexpr std::int64_t hour_ms = 60LL * 60 * 1000;

Answer<void> check_settings(const store::WebhookSettings& settings) {
    if (settings.response_mode != "async" && settings.response_mode != "wait")
        return refuse_member(problem_at(
            "/responseMode", "invalid_value",
            fmt::format("responseMode: '{}' is not known", settings.response_mode),
            "write 'async' to answer at once, or 'wait' to answer with the run's output"));
    const std::int64_t rate = settings.calls_per_minute;
    if (rate < 1 || rate > limits::webhook_calls_per_minute_max)
        return refuse_member(problem_at("/callsPerMinute", "invalid_value",
                                        fmt::format("callsPerMinute: {} is not from 1 to {}", rate,
                                                    limits::webhook_calls_per_minute_max),
                                        "write a number between them"));
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
    auto shown = read_shown(flow);
    if (!shown) return refuse(shown.error());
    auto settings = parts_.stored.get(flow);
    if (!settings) return refuse(settings.error());
    return webhook_json(*settings, *shown);
}

Answer<std::string> WebhookService::put(FlowId flow, WebhookInput input, const std::string& actor) {
    if (auto ok = check_settings(input.settings); !ok) return std::unexpected(ok.error());
    const std::lock_guard lock(writing_);
    auto shown = read_shown(flow);
    if (!shown) return refuse(shown.error());
    auto known = parts_.stored.get(flow);
    if (!known) return refuse(known.error());
    store::WebhookSettings& settings = input.settings;
    if (input.keeps_enabled) settings.enabled = known->enabled;
    auto entry = audit(flow, "WEBHOOK_CHANGED", actor);
    entry.metadata = to_json(json::object{{"enabled", settings.enabled},
                                          {"requireSignature", settings.requires_signature},
                                          {"responseMode", settings.response_mode},
                                          {"callsPerMinute", settings.calls_per_minute}});
    if (auto done = parts_.stored.put(flow, settings, entry); !done) return refuse(done.error());
    parts_.gate.forget(flow);
    // The secret is the last thing that can fail: one that nobody was shown would be kept for good.
    // Until it is there no signature is right, and the next attempt makes it.
    if (settings.enabled && shown->secrets.is_empty()) {
        auto created = audit(flow, "WEBHOOK_SECRET_CREATED", actor);
        created.metadata = to_json(json::object{{"overlapHours", 0}});
        shown->new_secret = WebhookSecrets::make();
        shown->secrets.replace(shown->new_secret, created.created_at, Duration{0});
        if (auto done = keep_secret(*shown, created); !done) return std::unexpected(done.error());
    }
    return webhook_json(settings, *shown);
}

Answer<std::string> WebhookService::rotate(FlowId flow, SecretRotation rotation,
                                           const std::string& actor) {
    const std::int64_t hours = rotation.overlap_hours;
    if (hours < 0 || hours > limits::webhook_overlap_hours_max)
        return refuse_member(problem_at("/overlapHours", "invalid_value",
                                        fmt::format("overlapHours: {} is not from 0 to {}", hours,
                                                    limits::webhook_overlap_hours_max),
                                        "write 0 to end the old secret at once"));
    if (rotation.secret) {
        if (auto problem = WebhookSecrets::problem_of(*rotation.secret))
            return refuse_member(std::move(*problem));
    }
    const std::lock_guard lock(writing_);
    auto shown = read_shown(flow);
    if (!shown) return refuse(shown.error());
    auto settings = parts_.stored.get(flow);
    if (!settings) return refuse(settings.error());
    auto entry =
        audit(flow, shown->secrets.is_empty() ? "WEBHOOK_SECRET_CREATED" : "WEBHOOK_SECRET_ROTATED",
              actor);
    entry.metadata = to_json(json::object{{"overlapHours", hours}});
    shown->new_secret = rotation.secret ? *rotation.secret : WebhookSecrets::make();
    shown->secrets.replace(shown->new_secret, entry.created_at, Duration{hours * hour_ms});
    if (auto done = keep_secret(*shown, entry); !done) return std::unexpected(done.error());
    return webhook_json(*settings, *shown);
}

Answer<void> WebhookService::keep_secret(const Shown& shown, const store::AuditEntry& entry) {
    auto done = parts_.secrets.put_own(store::webhook_secret_name(shown.flow),
                                       shown.secrets.to_text(), entry);
    // Also when it failed: whether it is on disk is not known then.
    parts_.gate.forget(shown.flow);
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

Result<WebhookService::Shown> WebhookService::read_shown(FlowId flow) {
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head) return std::unexpected(head.error());
    auto secrets = read_secrets(flow);
    if (!secrets) return std::unexpected(secrets.error());
    return Shown{flow, head->active.has_value(), *std::move(secrets), ""};
}

Result<WebhookSecrets> WebhookService::read_secrets(FlowId flow) {
    auto sealed = parts_.secrets.find_own(store::webhook_secret_name(flow));
    if (!sealed) return std::unexpected(sealed.error());
    return *sealed ? WebhookSecrets::parse(**sealed) : WebhookSecrets();
}

store::AuditEntry WebhookService::audit(FlowId flow, std::string action,
                                        const std::string& actor) const {
    store::AuditEntry entry;
    entry.flow = flow;
    entry.action = std::move(action);
    entry.actor = actor;
    entry.created_at = parts_.clock.now();
    return entry;
}

std::string WebhookService::webhook_json(const store::WebhookSettings& settings,
                                         const Shown& shown) const {
    const std::string url = public_url_ + "/api/hooks/" + to_string(shown.flow);
    std::string out;
    ObjectWriter object(out);
    object.text("flowId", to_string(shown.flow));
    object.boolean("enabled", settings.enabled);
    object.boolean("requireSignature", settings.requires_signature);
    object.text("responseMode", settings.response_mode);
    object.number("callsPerMinute", settings.calls_per_minute);
    object.text("url", url);
    object.text("testUrl", url + "/test");
    object.boolean("published", shown.is_published);
    object.time("secretCreatedAt", shown.secrets.newest_since());
    object.time("oldSecretUntil", shown.secrets.old_until(parts_.clock.now()));
    if (!shown.new_secret.empty()) object.text("secret", shown.new_secret);
    object.end();
    return out;
}

}  // namespace swiftgrid::control
