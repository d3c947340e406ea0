#pragma once

// Reading of the events of nodes that wait. Private to the engine's codec.

#include "engine/event.h"
#include "engine/payload_members.h"

namespace swiftgrid::engine {

// Which node and attempt a stored event is about.
struct StoredSubject {
    NodeIndex node = 0;
    std::uint32_t attempt = 0;
};

NodeRetryScheduled read_retry_scheduled(Members& members, const StoredSubject& subject);
NodeSuspended read_suspended(Members& members, const StoredSubject& subject);
NodeResumed read_resumed(Members& members, const StoredSubject& subject);
MapItemSettled read_item_settled(Members& members, const StoredSubject& subject);

}  // namespace swiftgrid::engine
