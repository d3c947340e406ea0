#pragma once

// The channels in memory, with their addresses in the clear, as on disk. What they want to be noted
// holds before a change is on disk, so that nothing is missed. Thread-safe; changes block.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "control/notification_channel.h"
#include "control/secret_store.h"
#include "runtime/clock.h"
#include "store/notification_channels.h"

namespace swiftgrid::control {

class NotificationBook {
public:
    struct Parts {
        store::NotificationChannels& stored;
        SecretStore& secrets;
        const runtime::Clock& clock;
        std::function<void()> changed;  // the notifier should look again
    };
    explicit NotificationBook(Parts parts) : parts_(std::move(parts)) {}

    // Before the first run is taken.
    Result<void> load();

    using Channels = std::shared_ptr<const std::vector<ChannelPtr>>;  // owners: this, its readers
    Channels channels() const;
    // `not_found`.
    Result<ChannelPtr> find(ChannelId channel) const;

    // New, or in the place of the one with its id.
    Result<void> put(Channel channel, bool secret_changed, const store::AuditEntry& audit);
    Result<void> remove(ChannelId channel, const store::AuditEntry& audit);
    // By the server itself, for what became of a message to `told`: nobody is there any more.
    // Unless its address has changed since.
    Result<void> disable(const Channel& told, const std::string& because);

private:
    void publish(std::vector<ChannelPtr> channels);
    std::vector<ChannelPtr> others_than(ChannelId channel) const;

    Parts parts_;
    std::mutex writing_;  // one change at a time
    mutable std::mutex mutex_;
    Channels channels_ = std::make_shared<const std::vector<ChannelPtr>>();
};

}  // namespace swiftgrid::control
