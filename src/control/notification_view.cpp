#include "control/notification_view.h"

#include "control/json_writer.h"

namespace swiftgrid::control {

std::string channel_view(const Channel& channel,
                         const std::optional<store::NotificationDelivery>& last, Instant now,
                         const std::string& new_secret) {
    const store::NotificationChannel& row = channel.row;
    std::string out;
    ObjectWriter object(out);
    object.text("id", to_string(row.id));
    object.text("type", row.type);
    object.text("name", row.name);
    object.text("url", row.shown_url);
    object.boolean("enabled", row.enabled);
    object.text_or_null("disabledBecause", row.disabled_because);
    object.raw("events", row.events);
    object.raw("flowIds", row.flows.value_or("null"));
    object.number_or_null("slowerThanMs", row.slower_than_ms);
    object.number_or_null("waitingLongerThanMs", row.waiting_longer_than_ms);
    object.number("gatherSeconds", row.gather_seconds);
    object.time("secretCreatedAt", channel.secret.signing.newest_since());
    object.time("oldSecretUntil", channel.secret.signing.old_until(now));
    object.raw("lastDelivery", last ? delivery_view(*last) : "null");
    object.time("createdAt", row.created_at);
    object.time("updatedAt", row.updated_at);
    if (!new_secret.empty()) object.text("secret", new_secret);
    object.end();
    return out;
}

std::string entry_view(const Channel& entry, std::string_view flow_name,
                       const std::optional<store::NotificationDelivery>& last) {
    std::string out;
    ObjectWriter object(out);
    object.text("id", to_string(entry.row.id));
    object.text("flowId", entry.owner ? to_string(*entry.owner) : "");
    object.text("flowName", flow_name);
    object.text("type", entry.row.type);
    object.text("url", entry.row.shown_url);
    object.boolean("enabled", entry.row.enabled);
    object.raw("events", entry.row.events);
    object.raw("lastDelivery", last ? delivery_view(*last) : "null");
    object.end();
    return out;
}

std::string delivery_view(const store::NotificationDelivery& delivery) {
    std::string out;
    ObjectWriter object(out);
    object.text("id", to_string(delivery.id));
    object.text("event", delivery.event);
    object.text_or_null("flowId", delivery.flow ? to_string(*delivery.flow) : "");
    object.text_or_null("flowName", delivery.flow_name);
    object.text_or_null("runId", delivery.run ? to_string(*delivery.run) : "");
    object.raw("target", delivery.target.value_or("null"));
    object.number("count", delivery.count);
    object.text("status", delivery.status);
    object.time("nextAttemptAt", delivery.due_at);
    object.raw("attempts", delivery.attempts);
    object.time("createdAt", delivery.created_at);
    object.time("endedAt", delivery.ended_at);
    object.end();
    return out;
}

std::string delivery_page_json(const store::Page<store::NotificationDelivery>& page) {
    std::string items;
    for (const store::NotificationDelivery& delivery : page.items) {
        if (!items.empty()) items += ',';
        items += delivery_view(delivery);
    }
    return page_json(items, page.next_cursor);
}

}  // namespace swiftgrid::control
