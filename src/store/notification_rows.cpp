#include "store/notification_rows.h"

#include <algorithm>

#include "base/limits.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

// False: the channel was told already that this run waits.
Result<bool> mark_wait(Connection& connection, const NewNotification& message) {
    Query insert(connection,
                 "INSERT INTO notification_waits (run_id, channel_id, waiting_since)"
                 " VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    insert.bind(message.delivery.run).bind(message.delivery.channel);
    if (auto done = insert.bind(*message.waits_since).run(); !done)
        return std::unexpected(done.error());
    return connection.changed_rows() > 0;
}

// True: there was a message that takes it in.
Result<bool> gather(Connection& connection, const NotificationDelivery& delivery) {
    Query update(connection,
                 "UPDATE notification_deliveries SET cause_count = cause_count + ?"
                 " WHERE id = (SELECT id FROM notification_deliveries"
                 "  INDEXED BY notification_deliveries_by_subject WHERE channel_id = ?"
                 "  AND event = ? AND workflow_id IS ? ORDER BY id DESC LIMIT 1)"
                 " AND is_gathering = 1");
    update.bind(delivery.count).bind(delivery.channel).bind(delivery.event);
    if (auto done = update.bind(delivery.flow).run(); !done) return std::unexpected(done.error());
    return connection.changed_rows() > 0;
}

// Until when the last message about the same asks for quiet.
Result<Instant> quiet_until(Connection& connection, const NotificationDelivery& delivery) {
    Query query(connection,
                "SELECT quiet_until FROM notification_deliveries"
                " INDEXED BY notification_deliveries_by_subject WHERE channel_id = ?"
                " AND event = ? AND workflow_id IS ? ORDER BY id DESC LIMIT 1");
    query.bind(delivery.channel).bind(delivery.event).bind(delivery.flow);
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    return *row ? query.instant(0) : Instant{};
}

// At most limits::notification_deliveries_waiting.
Result<std::size_t> count_waiting(Connection& connection, ChannelId channel) {
    Query query(connection,
                "SELECT count(*) FROM (SELECT 1 FROM notification_deliveries"
                " INDEXED BY notification_deliveries_due"
                " WHERE channel_id = ? AND due_at IS NOT NULL LIMIT ?)");
    auto row = query.bind(channel).bind(limits::notification_deliveries_waiting).next();
    if (!row) return std::unexpected(row.error());
    return static_cast<std::size_t>(query.integer(0));
}

// The channel, or the flow whose document it is.
Result<bool> is_known(Connection& connection, const NotificationDelivery& delivery) {
    if (delivery.target) {
        Query query(connection, "SELECT 1 FROM workflows WHERE id = ?");
        return query.bind(delivery.flow).next();
    }
    Query query(connection, "SELECT 1 FROM notification_channels WHERE id = ?");
    return query.bind(delivery.channel).next();
}

}  // namespace

Result<bool> NotificationRoom::take(const NotificationDelivery& delivery) {
    const ChannelId channel = delivery.channel;
    auto left = left_.find(channel);
    if (left == left_.end()) {
        const auto waiting = count_waiting(connection_, channel);
        if (!waiting) return std::unexpected(waiting.error());
        left = left_.emplace(channel, limits::notification_deliveries_waiting - *waiting).first;
    }
    if (left->second == 0) {
        if (delivery.target)
            full_flows_.insert(*delivery.flow);
        else
            full_.insert(channel);
        return false;
    }
    --left->second;
    return true;
}

NotificationDelivery delivery_row(const Query& query) {
    NotificationDelivery delivery;
    delivery.id = query.id<DeliveryId>(0);
    delivery.channel = query.id<ChannelId>(1);
    delivery.event = query.text(2);
    delivery.flow = query.optional_id<FlowId>(3);
    delivery.flow_name = query.text(4);
    delivery.run = query.optional_id<RunId>(5);
    delivery.facts = query.text(6);
    delivery.count = query.integer(7);
    delivery.status = query.text(8);
    delivery.due_at = query.optional_instant(9);
    delivery.is_gathering = query.integer(10) != 0;
    delivery.attempt_count = query.integer(11);
    delivery.attempts = query.text(12);
    delivery.created_at = query.instant(13);
    delivery.ended_at = query.optional_instant(14);
    delivery.target = query.optional_text(15);
    return delivery;
}

Result<void> insert_notification(Connection& connection, const NotificationDelivery& delivery,
                                 Instant quiet_until) {
    Query insert(connection,
                 "INSERT INTO notification_deliveries (id, channel_id, event, workflow_id,"
                 " workflow_name, run_id, facts, cause_count, is_gathering, status, due_at,"
                 " quiet_until, attempt_count, attempts, created_at, ended_at, target)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(delivery.id).bind(delivery.channel).bind(delivery.event).bind(delivery.flow);
    insert.bind(delivery.flow_name).bind(delivery.run).bind(delivery.facts).bind(delivery.count);
    insert.bind(delivery.is_gathering).bind(delivery.status).bind(delivery.due_at);
    insert.bind(quiet_until).bind(delivery.attempt_count).bind(delivery.attempts);
    insert.bind(delivery.created_at).bind(delivery.ended_at);
    return insert.bind(delivery.target).run();
}

Result<void> add_notification(Connection& connection, const NewNotification& message,
                              NotificationRoom& room, Instant now) {
    NotificationDelivery delivery = message.delivery;
    // It may have gone since the rules were looked at.
    const auto known = is_known(connection, delivery);
    if (!known) return std::unexpected(known.error());
    if (!*known) return {};
    if (message.waits_since) {
        const auto marked = mark_wait(connection, message);
        if (!marked) return std::unexpected(marked.error());
        if (!*marked) return {};
    }
    const bool gathers = message.gather > Duration{};
    if (gathers) {
        const auto gathered = gather(connection, delivery);
        if (!gathered) return std::unexpected(gathered.error());
        if (*gathered) return {};
    }
    const auto has_room = room.take(delivery);
    if (!has_room) return std::unexpected(has_room.error());
    Instant due = now;
    if (gathers) {
        const auto quiet = quiet_until(connection, delivery);
        if (!quiet) return std::unexpected(quiet.error());
        // A clock that was set back must not make it wait for longer than the quiet lasts.
        due = std::clamp(*quiet, now + message.gather,
                         std::max(now + message.gather, now + message.quiet));
    }
    delivery.created_at = now;
    delivery.is_gathering = gathers;
    delivery.due_at = due;
    if (!*has_room) {
        delivery.status = "dropped";
        delivery.is_gathering = false;
        delivery.due_at.reset();
        delivery.ended_at = now;
    }
    return insert_notification(connection, delivery, due + message.quiet);
}

Result<void> write_attempt(Connection& connection, const NotificationAttempt& attempt) {
    Query update(connection,
                 "UPDATE notification_deliveries SET attempt_count = attempt_count + 1,"
                 " attempts = json_insert(CASE WHEN json_array_length(attempts) < ?1 THEN attempts"
                 "  ELSE json_remove(attempts, '$[0]') END, '$[#]', json(?2)),"
                 " status = ?3, due_at = ?4, ended_at = ?5 WHERE id = ?6");
    std::optional<Instant> ended_at;
    if (!attempt.next_at) ended_at = attempt.now;
    // Somebody may send it again and again: the last attempts are enough.
    update.bind(limits::notification_attempts);
    update.bind(attempt.attempt).bind(attempt.status).bind(attempt.next_at);
    return update.bind(ended_at).bind(attempt.delivery).run();
}

Result<void> forget_notifications(Connection& connection, ChannelId channel) {
    Query forget(connection,
                 "DELETE FROM notification_deliveries INDEXED BY notification_deliveries_ended"
                 " WHERE channel_id = ?1 AND due_at IS NULL"
                 " AND id <= (SELECT id FROM notification_deliveries"
                 "  INDEXED BY notification_deliveries_ended WHERE channel_id = ?1"
                 "  AND due_at IS NULL ORDER BY id DESC LIMIT 1 OFFSET ?2)");
    return forget.bind(channel).bind(limits::notification_deliveries).run();
}

Result<void> forget_notifications_of(Connection& connection, FlowId flow) {
    Query forget(connection,
                 "DELETE FROM notification_deliveries"
                 " INDEXED BY notification_deliveries_of_flow_ended"
                 " WHERE workflow_id = ?1 AND target IS NOT NULL AND due_at IS NULL"
                 " AND id <= (SELECT id FROM notification_deliveries"
                 "  INDEXED BY notification_deliveries_of_flow_ended WHERE workflow_id = ?1"
                 "  AND target IS NOT NULL AND due_at IS NULL ORDER BY id DESC LIMIT 1 OFFSET ?2)");
    return forget.bind(flow).bind(limits::notification_deliveries).run();
}

}  // namespace swiftgrid::store
