#pragma once

// Steps on rows of the notifications' outbox, within a transaction of somebody else.

#include <cstddef>
#include <map>
#include <set>

#include "store/notification_outbox.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

// The columns of a NotificationDelivery, as delivery_row() reads them.
#define NOTIFICATION_COLUMNS                                                                \
    "SELECT id, channel_id, event, workflow_id, workflow_name, run_id, facts, cause_count," \
    " status, due_at, is_gathering, attempt_count, attempts, created_at, ended_at, target"  \
    " FROM notification_deliveries"

NotificationDelivery delivery_row(const sqlite::Query& query);

// How many messages of a channel or an entry may still wait. What waits is counted once in a
// transaction.
class NotificationRoom {
public:
    explicit NotificationRoom(sqlite::Connection& connection) : connection_(connection) {}

    // False: it has no room.
    Result<bool> take(const NotificationDelivery& delivery);
    // Those for whose messages there was none, and the flows with such entries.
    const std::set<ChannelId>& full_channels() const { return full_; }
    const std::set<FlowId>& full_flows() const { return full_flows_; }

private:
    sqlite::Connection& connection_;
    std::map<ChannelId, std::size_t> left_;
    std::set<ChannelId> full_;
    std::set<FlowId> full_flows_;
};

// Into what is gathered, or as a row of its own.
Result<void> add_notification(sqlite::Connection& connection, const NewNotification& message,
                              NotificationRoom& room, Instant now);
Result<void> insert_notification(sqlite::Connection& connection,
                                 const NotificationDelivery& delivery, Instant quiet_until);
Result<void> write_attempt(sqlite::Connection& connection, const NotificationAttempt& attempt);
// The oldest of those that are done with: of a channel, or of all entries of a flow's document.
Result<void> forget_notifications(sqlite::Connection& connection, ChannelId channel);
Result<void> forget_notifications_of(sqlite::Connection& connection, FlowId flow);

}  // namespace swiftgrid::store
