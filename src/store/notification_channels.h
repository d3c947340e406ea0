#pragma once

// Where notifications go. Thread-safe and blocking, like the catalogue; what events mean is known
// by `control`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/notification_ids.h"
#include "store/catalog_types.h"
#include "store/database.h"
#include "store/journal.h"

namespace swiftgrid::store {

struct NotificationChannel {
    ChannelId id;
    std::string type;  // webhook slack discord
    std::string name;
    bool enabled = true;
    std::string disabled_because;      // "" when a person did it
    std::string shown_url;             // without what is secret in it
    std::string events;                // JSON
    std::optional<std::string> flows;  // JSON; nothing: all
    std::optional<std::int64_t> slower_than_ms;
    std::optional<std::int64_t> waiting_longer_than_ms;
    std::int64_t gather_seconds = 0;
    Instant created_at;
    Instant updated_at;

    bool operator==(const NotificationChannel&) const = default;
};

// Of the row among the secrets that holds the address of the channel and what it signs with.
std::string notification_secret_name(ChannelId channel);

class NotificationChannels {
public:
    // Both outlive this; the journal writes to the same database.
    NotificationChannels(Database& database, Journal& journal)
        : database_(database), journal_(journal) {}

    // In order of id, which is that of creation.
    Result<std::vector<NotificationChannel>> all();

    // New, or in the place of the one with this id. `secret` is left as it is when not given.
    Result<void> put(const NotificationChannel& channel, const std::optional<SecretRow>& secret,
                     const AuditEntry& audit);
    // With its messages.
    Result<void> remove(ChannelId channel, const AuditEntry& audit);
    // By the server itself.
    Result<void> disable(ChannelId channel, const std::string& because, const AuditEntry& audit);

    // What the next commits have to note, see NotificationCauses.
    NotificationCauses& causes() { return database_.causes(); }

private:
    Database& database_;
    Journal& journal_;
};

}  // namespace swiftgrid::store
