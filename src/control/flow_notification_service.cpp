#include "control/flow_notification_service.h"

#include "control/flow_view.h"
#include "control/json_writer.h"
#include "control/notification_view.h"
#include "store/cursor.h"

namespace swiftgrid::control {

Answer<std::string> FlowNotificationService::list(const std::string& cursor, std::size_t limit) {
    const auto after = store::parse_id_cursor(cursor);
    if (!after) return refuse(after.error());
    auto flows = parts_.entries.flows(FlowId{after->value_or(Uuid{})}, limit + 1);
    std::optional<std::string> next_cursor;
    if (flows.size() > limit) {
        flows.pop_back();
        next_cursor = store::cursor_of(flows.back().uuid);
    }
    std::string items;
    for (const FlowId flow : flows) {
        const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
        if (!head && head.error().code == ErrorCode::not_found) continue;  // deleted just now
        if (!head) return refuse(head.error());
        if (auto done = append_entries(flow, *head, items); !done)
            return std::unexpected(done.error());
    }
    return page_json(items, next_cursor);
}

Answer<std::string> FlowNotificationService::of_flow(FlowId flow) {
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head) return refuse(head.error());
    std::string items;
    if (auto done = append_entries(flow, *head, items); !done) return std::unexpected(done.error());
    std::string out;
    ObjectWriter object(out);
    object.number_or_null("activeVersion",
                          head->active ? std::optional(head->active->number) : std::nullopt);
    object.raw("items", "[" + items + "]");
    object.end();
    return out;
}

Answer<void> FlowNotificationService::append_entries(FlowId flow, const FlowHead& head,
                                                     std::string& items) {
    const auto entries = parts_.entries.of(flow);
    for (const ChannelPtr& entry : *entries) {
        auto newest = parts_.outbox.list(entry->row.id, "", 1);
        if (!newest) return refuse(newest.error());
        std::optional<store::NotificationDelivery> last;
        if (!newest->items.empty()) last = std::move(newest->items.front());
        if (!items.empty()) items += ',';
        items += entry_view(*entry, head.name, last);
    }
    return {};
}

Answer<std::string> FlowNotificationService::deliveries(FlowId flow, const std::string& cursor,
                                                        std::size_t limit) {
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head) return refuse(head.error());
    const auto page = parts_.outbox.list_of(flow, cursor, limit);
    if (!page) return refuse(page.error());
    return delivery_page_json(*page);
}

Answer<std::string> FlowNotificationService::send_again(FlowId flow, DeliveryId delivery) {
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head) return refuse(head.error());
    const auto known = parts_.outbox.find_of(flow, delivery);
    if (!known) return refuse(known.error());
    if (!*known)
        return refuse(ErrorCode::not_found,
                      "the workflow has no message " + to_string(delivery) + " (any more)");
    const ChannelId entry = (*known)->channel;
    const ChannelPtr target = parts_.entries.find(flow, entry);
    if (!target || !target->row.enabled)
        return refuse(ErrorCode::conflict,
                      "the active version does not have this notification any more; publish one "
                      "that has it first");
    auto sent = parts_.outbox.send_again(entry, delivery, parts_.clock.now());
    if (!sent) return refuse(sent.error());
    parts_.look_again();
    auto found = parts_.outbox.find_of(flow, delivery);
    if (!found) return refuse(found.error());
    if (!*found) return refuse(ErrorCode::not_found, "the message is gone by now");
    return delivery_view(**found);
}

}  // namespace swiftgrid::control
