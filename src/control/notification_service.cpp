#include "control/notification_service.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/flow_view.h"
#include "control/json_writer.h"
#include "control/notification_message.h"
#include "control/notification_view.h"
#include "store/cursor.h"

namespace swiftgrid::control {

Answer<std::string> NotificationService::list(const std::string& cursor, std::size_t limit) {
    const auto after = store::parse_id_cursor(cursor);
    if (!after) return refuse(after.error());
    const auto newest = parts_.outbox.newest();
    if (!newest) return refuse(newest.error());
    const auto channels = parts_.book.channels();
    const auto id_of = [](const ChannelPtr& channel) { return channel->row.id; };
    auto next = channels->begin();
    if (*after) next = std::ranges::upper_bound(*channels, ChannelId{**after}, {}, id_of);
    std::string items;
    for (std::size_t i = 0; next != channels->end() && i < limit; ++i, ++next) {
        const auto last = newest->find((*next)->row.id);
        if (!items.empty()) items += ',';
        items +=
            channel_view(**next, last == newest->end() ? std::nullopt : std::optional(last->second),
                         parts_.clock.now(), "");
    }
    std::optional<std::string> next_cursor;
    if (next != channels->end()) next_cursor = store::cursor_of(id_of(*std::prev(next)).uuid);
    return page_json(items, next_cursor);
}

Answer<std::string> NotificationService::get(ChannelId channel) {
    const auto known = parts_.book.find(channel);
    if (!known) return refuse(known.error());
    return channel_json(**known, "");
}

Answer<std::string> NotificationService::create(const json::object& members,
                                                const std::string& actor) {
    auto channel = read_channel(members, nullptr);
    if (!channel) return refuse_document(std::move(channel.error()));
    if (auto known = check_flows(*channel); !known) return std::unexpected(known.error());
    const std::lock_guard lock(writing_);
    if (parts_.book.channels()->size() >= limits::notification_channels)
        return refuse(ErrorCode::conflict,
                      fmt::format("there are {} channels already; delete one that nobody reads",
                                  limits::notification_channels));
    channel->row.id = ChannelId{parts_.ids.next()};
    auto entry = audit("NOTIFICATION_CHANNEL_CREATED", actor, *channel);
    channel->row.created_at = entry.created_at;
    std::string secret;
    if (channel->row.type == "webhook") {
        secret = WebhookSecrets::make();
        channel->secret.signing.replace(secret, entry.created_at, Duration{0});
    }
    return put(*std::move(channel), true, secret, entry);
}

Answer<std::string> NotificationService::change(ChannelId channel, const json::object& members,
                                                const std::string& actor) {
    const std::lock_guard lock(writing_);
    const auto old = parts_.book.find(channel);
    if (!old) return refuse(old.error());
    auto changed = read_channel(members, old->get());
    if (!changed) return refuse_document(std::move(changed.error()));
    if (auto known = check_flows(*changed); !known) return std::unexpected(known.error());
    const bool is_elsewhere = changed->secret.url != (*old)->secret.url;
    auto entry = audit("NOTIFICATION_CHANNEL_CHANGED", actor, *changed);
    return put(*std::move(changed), is_elsewhere, "", entry);
}

Answer<void> NotificationService::remove(ChannelId channel, const std::string& actor) {
    const std::lock_guard lock(writing_);
    const auto old = parts_.book.find(channel);
    if (!old) return refuse(old.error());
    const auto entry = audit("NOTIFICATION_CHANNEL_DELETED", actor, **old);
    if (auto done = parts_.book.remove(channel, entry); !done) return refuse(done.error());
    return {};
}

Answer<std::string> NotificationService::rotate(ChannelId channel, const SecretRotation& rotation,
                                                const std::string& actor) {
    constexpr std::int64_t ms_of_hour = 60LL * 60 * 1000;
    const std::int64_t hours = rotation.overlap_hours;
    if (hours < 0 || hours > limits::webhook_overlap_hours_max)
        return refuse_member(problem_at("/overlapHours", "invalid_value",
                                        fmt::format("overlapHours: {} is not from 0 to {}", hours,
                                                    limits::webhook_overlap_hours_max),
                                        "write 0 to sign with the new secret alone"));
    const std::lock_guard lock(writing_);
    const auto old = parts_.book.find(channel);
    if (!old) return refuse(old.error());
    if ((*old)->row.type != "webhook")
        return refuse(ErrorCode::conflict, "only messages of webhooks are signed");
    Channel changed = **old;
    auto entry = audit("NOTIFICATION_SECRET_ROTATED", actor, changed);
    const std::string secret = WebhookSecrets::make();
    changed.secret.signing.replace(secret, entry.created_at, Duration{hours * ms_of_hour});
    return put(std::move(changed), true, secret, entry);
}

// With what can fail before it: a secret that nobody was shown would be kept for good.
Answer<std::string> NotificationService::put(Channel channel, bool secret_changed,
                                             const std::string& new_secret,
                                             const store::AuditEntry& audit) {
    channel.row.updated_at = audit.created_at;
    auto complete = channel_of(channel.row, channel.secret);
    if (!complete) return refuse(complete.error());
    auto text = channel_json(*complete, new_secret);
    if (!text) return text;
    auto done = parts_.book.put(*std::move(complete), secret_changed, audit);
    if (!done) return refuse(done.error());
    return text;
}

Answer<void> NotificationService::check_flows(const Channel& channel) {
    if (!channel.flows) return {};
    for (const FlowId flow : *channel.flows) {
        const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
        if (head) continue;
        if (head.error().code != ErrorCode::not_found) return refuse(head.error());
        return refuse_member(problem_at("/flowIds", "unknown_flow",
                                        "flowIds: there is no workflow " + to_string(flow),
                                        "leave it out"));
    }
    return {};
}

void NotificationService::test(ChannelId channel, Tested tested) {
    const auto known = parts_.book.find(channel);
    if (!known) return tested(refuse(known.error()));
    const Instant now = parts_.clock.now();
    const std::int64_t started_ms = parts_.clock.monotonic_ms();
    Notice notice;
    notice.event = notification_event::test;
    notice.facts.at = now;
    store::NotificationDelivery delivery;
    delivery.id = DeliveryId{parts_.ids.next()};
    delivery.channel = channel;
    delivery.event = notice.event;
    delivery.facts = notice.facts.to_text();
    delivery.created_at = now;
    auto seen = std::make_shared<SeenAnswer>();
    auto request = notification_request(**known, to_string(delivery.id),
                                        payload_of((*known)->row.type, notice), now, seen);
    const auto answered = [this, channel = *known, delivery, seen, started_ms, now,
                           tested = std::move(tested)](const net::HttpResult& result) mutable {
        const auto verdict =
            judge_answer(*channel, result, *seen, *parts_.vault.content()->redactor(), now);
        const std::int64_t took = parts_.clock.monotonic_ms() - started_ms;
        const bool is_delivered = verdict.outcome == SendOutcome::delivered;
        delivery.status = is_delivered ? "delivered" : "failed";
        delivery.attempt_count = 1;
        delivery.attempts = "[" + attempt_json(now, took, verdict) + "]";
        delivery.ended_at = parts_.clock.now();
        // The log is on disk, which these threads never wait for.
        const bool is_posted = post([this, delivery, tested] {
            if (auto logged = parts_.outbox.log(delivery); !logged)
                tested(refuse(logged.error()));
            else
                tested(delivery_view(delivery));
        });
        if (!is_posted) tested(delivery_view(delivery));
    };
    parts_.send(std::move(request), answered);
}

bool NotificationService::post(std::function<void()> work) {
    const std::lock_guard lock(posting_);
    return !is_stopped_ && parts_.post(std::move(work));
}

void NotificationService::stop() {
    const std::lock_guard lock(posting_);
    is_stopped_ = true;
}

Answer<std::string> NotificationService::deliveries(ChannelId channel, const std::string& cursor,
                                                    std::size_t limit) {
    if (const auto known = parts_.book.find(channel); !known) return refuse(known.error());
    auto page = parts_.outbox.list(channel, cursor, limit);
    if (!page) return refuse(page.error());
    return delivery_page_json(*page);
}

Answer<std::string> NotificationService::send_again(ChannelId channel, DeliveryId delivery) {
    const auto known = parts_.book.find(channel);
    if (!known) return refuse(known.error());
    if (!(*known)->row.enabled)
        return refuse(ErrorCode::conflict, "the channel is switched off; switch it on first");
    auto sent = parts_.outbox.send_again(channel, delivery, parts_.clock.now());
    if (!sent) return refuse(sent.error());
    parts_.wake();
    auto found = parts_.outbox.find(channel, delivery);
    if (!found) return refuse(found.error());
    if (!*found) return refuse(ErrorCode::not_found, "the message is gone by now");
    return delivery_view(**found);
}

Answer<std::string> NotificationService::channel_json(const Channel& channel,
                                                      const std::string& new_secret) {
    auto newest = parts_.outbox.list(channel.row.id, "", 1);
    if (!newest) return refuse(newest.error());
    std::optional<store::NotificationDelivery> last;
    if (!newest->items.empty()) last = newest->items.front();
    return channel_view(channel, last, parts_.clock.now(), new_secret);
}

store::AuditEntry NotificationService::audit(std::string action, const std::string& actor,
                                             const Channel& channel) const {
    store::AuditEntry entry;
    entry.action = std::move(action);
    entry.actor = actor;
    entry.created_at = parts_.clock.now();
    // Never the address: who has it may write there.
    entry.metadata = to_json(json::object{{"id", to_string(channel.row.id)},
                                          {"name", channel.row.name},
                                          {"type", channel.row.type},
                                          {"url", channel.row.shown_url},
                                          {"enabled", channel.row.enabled}});
    return entry;
}

}  // namespace swiftgrid::control
