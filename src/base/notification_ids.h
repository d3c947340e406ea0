#pragma once

// Identifiers of the places that notifications go to, and of the messages.

#include "base/ids.h"

namespace swiftgrid {

using ChannelId = Id<struct ChannelTag>;
using DeliveryId = Id<struct DeliveryTag>;

}  // namespace swiftgrid
