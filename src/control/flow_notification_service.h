#pragma once

// The notifications of documents for people: whom the active versions tell, and what became of the
// messages. Blocking: called on API worker threads. JSON out is the API's.

#include <functional>
#include <string>

#include "base/ids.h"
#include "base/notification_ids.h"
#include "control/answer.h"
#include "control/flow_heads.h"
#include "control/notification_entries.h"
#include "runtime/clock.h"
#include "store/catalog.h"
#include "store/notification_outbox.h"

namespace swiftgrid::control {

class FlowNotificationService {
public:
    struct Parts {
        const NotificationEntries& entries;
        store::NotificationOutbox& outbox;
        FlowHeads& heads;
        store::Catalog& catalog;
        const runtime::Clock& clock;
        std::function<void()> look_again;  // the notifier, at what waits
    };
    explicit FlowNotificationService(Parts parts) : parts_(std::move(parts)) {}

    // All flows that have some, in order of id; `limit` of them, each with all of its entries.
    Answer<std::string> list(const std::string& cursor, std::size_t limit);
    // { activeVersion, items }
    Answer<std::string> of_flow(FlowId flow);

    // Of past entries too.
    Answer<std::string> deliveries(FlowId flow, const std::string& cursor, std::size_t limit);
    // `conflict` while it waits anyway, or when the active version has it no more.
    Answer<std::string> send_again(FlowId flow, DeliveryId delivery);

private:
    Answer<void> append_entries(FlowId flow, const FlowHead& head, std::string& items);

    Parts parts_;
};

}  // namespace swiftgrid::control
