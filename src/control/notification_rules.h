#pragma once

// Which messages follow from what has happened. Pure but for the ids of the messages.

#include <vector>

#include "base/ids.h"
#include "control/notification_channel.h"
#include "runtime/redactor.h"
#include "store/notification_outbox.h"

namespace swiftgrid::control {

struct NotificationRules {
    const std::vector<ChannelPtr>& channels;
    IdSource& ids;
    const runtime::Redactor& redactor;  // of everything that is said
};

// `is_recovery`: the run of the flow that ended before this one had failed.
std::vector<store::NewNotification> messages_of(const store::NotificationCause& cause,
                                                bool is_recovery, const NotificationRules& rules);
// Of those channels for which it waits for too long.
std::vector<store::NewNotification> messages_of(const store::WaitingRun& run, Instant now,
                                                const NotificationRules& rules);

// The shortest time that a run may wait before somebody wants to hear of it; nothing: nobody does.
std::optional<Duration> shortest_wait(const std::vector<ChannelPtr>& channels);

}  // namespace swiftgrid::control
