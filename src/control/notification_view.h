#pragma once

// The JSON of channels and messages in the API's answers.

#include <optional>
#include <string>
#include <string_view>

#include "control/notification_channel.h"
#include "store/notification_outbox.h"

namespace swiftgrid::control {

// `last` is its newest message, `new_secret` what it is signed with when this is told.
std::string channel_view(const Channel& channel,
                         const std::optional<store::NotificationDelivery>& last, Instant now,
                         const std::string& new_secret);

// An entry of the document of a flow with this name.
std::string entry_view(const Channel& entry, std::string_view flow_name,
                       const std::optional<store::NotificationDelivery>& last);

std::string delivery_view(const store::NotificationDelivery& delivery);
std::string delivery_page_json(const store::Page<store::NotificationDelivery>& page);

}  // namespace swiftgrid::control
