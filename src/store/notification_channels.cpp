#include "store/notification_channels.h"

#include "store/catalog_rows.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

NotificationChannel channel_of(const Query& query) {
    NotificationChannel channel;
    channel.id = query.id<ChannelId>(0);
    channel.type = query.text(1);
    channel.name = query.text(2);
    channel.enabled = query.integer(3) != 0;
    channel.disabled_because = query.text(4);
    channel.shown_url = query.text(5);
    channel.events = query.text(6);
    channel.flows = query.optional_text(7);
    channel.slower_than_ms = query.optional_integer(8);
    channel.waiting_longer_than_ms = query.optional_integer(9);
    channel.gather_seconds = query.integer(10);
    channel.created_at = query.instant(11);
    channel.updated_at = query.instant(12);
    return channel;
}

}  // namespace

std::string notification_secret_name(ChannelId channel) {
    return "notification " + to_string(channel);
}

Result<std::vector<NotificationChannel>> NotificationChannels::all() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT id, type, name, enabled, disabled_because, shown_url, events, flows,"
                " slower_than_ms, waiting_longer_than_ms, gather_seconds, created_at, updated_at"
                " FROM notification_channels ORDER BY id");
    return sqlite::read_rows(query, channel_of);
}

Result<void> NotificationChannels::put(const NotificationChannel& channel,
                                       const std::optional<SecretRow>& secret,
                                       const AuditEntry& audit) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        Query put(connection,
                  "INSERT INTO notification_channels (id, type, name, enabled, disabled_because,"
                  " shown_url, events, flows, slower_than_ms, waiting_longer_than_ms,"
                  " gather_seconds, created_at, updated_at)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                  " type = excluded.type, name = excluded.name, enabled = excluded.enabled,"
                  " disabled_because = excluded.disabled_because, shown_url = excluded.shown_url,"
                  " events = excluded.events, flows = excluded.flows,"
                  " slower_than_ms = excluded.slower_than_ms,"
                  " waiting_longer_than_ms = excluded.waiting_longer_than_ms,"
                  " gather_seconds = excluded.gather_seconds, updated_at = excluded.updated_at");
        put.bind(channel.id).bind(channel.type).bind(channel.name).bind(channel.enabled);
        put.bind(channel.disabled_because).bind(channel.shown_url).bind(channel.events);
        put.bind(channel.flows).bind(channel.slower_than_ms).bind(channel.waiting_longer_than_ms);
        put.bind(channel.gather_seconds).bind(channel.created_at).bind(channel.updated_at);
        if (auto done = put.run(); !done) return done;
        if (secret) {
            if (auto done = insert_secret(connection, *secret); !done) return done;
        }
        return insert_audit(connection, audit);
    });
}

Result<void> NotificationChannels::remove(ChannelId channel, const AuditEntry& audit) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        Query remove(connection, "DELETE FROM notification_channels WHERE id = ?");
        if (auto done = remove.bind(channel).run(); !done) return done;
        Query unsend(connection, "DELETE FROM notification_deliveries WHERE channel_id = ?");
        if (auto done = unsend.bind(channel).run(); !done) return done;
        const std::string name = notification_secret_name(channel);
        Query forget(connection, "DELETE FROM secrets WHERE name = ?");
        if (auto done = forget.bind(name).run(); !done) return done;
        return insert_audit(connection, audit);
    });
}

Result<void> NotificationChannels::disable(ChannelId channel, const std::string& because,
                                           const AuditEntry& audit) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        Query update(connection,
                     "UPDATE notification_channels SET enabled = 0, disabled_because = ?,"
                     " updated_at = ? WHERE id = ?");
        if (auto done = update.bind(because).bind(audit.created_at).bind(channel).run(); !done)
            return done;
        return insert_audit(connection, audit);
    });
}

}  // namespace swiftgrid::store
