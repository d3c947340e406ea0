#pragma once

// The JSON of channels and messages in the API's answers.

#include <optional>
#include <string>

#include "control/notification_channel.h"
#include "store/notification_outbox.h"

namespace swiftgrid::control {

// `last` is its newest message, `new_secret` what it is signed with when this is told.
std::string channel_view(const Channel& channel,
                         const std::optional<store::NotificationDelivery>& last, Instant now,
                         const std::string& new_secret);

std::string delivery_view(const store::NotificationDelivery& delivery);

}  // namespace swiftgrid::control
