#pragma once

// What may be a reason for a message, and the messages: those that wait and the newest of those
// that were sent. Thread-safe and blocking, like the catalogue.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/notification_ids.h"
#include "store/catalog_types.h"
#include "store/database.h"
#include "store/journal.h"

namespace swiftgrid::store {

// One row of notification_causes with what is known of it now.
struct NotificationCause {
    std::int64_t number = 0;
    FlowId flow;
    std::string flow_name;
    std::optional<RunId> run;  // nothing: an occurrence that did not start
    std::string status;        // of the run
    std::string error;         // JSON object or ""
    Instant at;                // the run's end, or when it was decided not to start
    std::int64_t duration_ms = 0;
    Instant planned_at;  // of the occurrence
    std::int64_t count = 1;
    std::string detail;
};

struct WaitingRun {
    RunId run;
    FlowId flow;
    std::string flow_name;
    Instant waiting_since;  // nothing has happened in it since
};

struct NotificationDelivery {
    DeliveryId id;
    ChannelId channel;                  // or the id of an entry of the flow's document
    std::optional<std::string> target;  // JSON of that entry; nothing: it is a channel
    std::string event;
    std::optional<FlowId> flow;
    std::string flow_name;
    std::optional<RunId> run;
    std::string facts;  // JSON
    std::int64_t count = 1;
    std::string status = "waiting";  // waiting delivered failed dropped
    std::optional<Instant> due_at;
    bool is_gathering = false;
    std::int64_t attempt_count = 0;
    std::string attempts = "[]";  // JSON: the last ones
    Instant created_at;
    std::optional<Instant> ended_at;
};

// A message to be: what is gathered already takes it in.
struct NewNotification {
    NotificationDelivery delivery;
    Duration gather;                     // 0: it goes out alone and at once
    Duration quiet;                      // after it
    std::optional<Instant> waits_since;  // of a waiting run: told once
};

struct NotificationAttempt {
    ChannelId channel;
    DeliveryId delivery;
    std::optional<FlowId> of_flow;  // whose document's entry it is; nothing: a channel's
    std::string attempt;            // JSON
    std::string status;             // of the delivery now
    std::optional<Instant> next_at;
    Instant now;
};

class NotificationOutbox {
public:
    // Both outlive this; the journal writes to the same database.
    NotificationOutbox(Database& database, Journal& journal)
        : database_(database), journal_(journal) {}

    // The earliest first. Those whose run or flow is gone are not told, yet counted by `last`.
    struct Causes {
        std::vector<NotificationCause> causes;
        std::int64_t last = 0;  // the number of the last that was looked at; 0: there are none
        bool has_more = false;  // behind it, perhaps
    };
    Result<Causes> causes(std::size_t limit);

    // How the run of the flow that ended last before this one ended; "" when there is none.
    Result<std::string> status_before(const NotificationCause& cause);

    // Top-level runs that wait, behind `after`, and in which nothing has happened since `before`.
    struct Waiting {
        std::vector<WaitingRun> runs;
        std::optional<RunId> last;  // nothing: that was all
    };
    Result<Waiting> waiting(RunId after, Instant before, std::size_t limit);

    // Takes out those about a wait that their channel was told of already, so that runs that wait
    // for long cost no commit.
    Result<void> drop_told(std::vector<NewNotification>& messages);

    // The messages, and the causes up to `last` are done with, in one transaction.
    Result<void> add(const std::vector<NewNotification>& messages, std::int64_t last, Instant now);
    // Waits that are over need not be remembered.
    Result<void> forget_waits();

    // The next message of the channel, whenever it is due; nothing when none waits.
    Result<std::optional<NotificationDelivery>> next(ChannelId channel);
    // What happens from now on is another message: these go out as they are.
    Result<void> close(const std::vector<DeliveryId>& deliveries);
    Result<void> record(const std::vector<NotificationAttempt>& attempts);

    Result<std::optional<NotificationDelivery>> find(ChannelId channel, DeliveryId delivery);
    // Newest first.
    Result<Page<NotificationDelivery>> list(ChannelId channel, const std::string& cursor,
                                            std::size_t limit);
    // Of the entries of a flow's document, past ones too. Newest first.
    Result<Page<NotificationDelivery>> list_of(FlowId flow, const std::string& cursor,
                                               std::size_t limit);
    Result<std::optional<NotificationDelivery>> find_of(FlowId flow, DeliveryId delivery);
    // The entries of documents with messages that wait.
    Result<std::vector<ChannelId>> waiting_entries();
    // The newest of every channel that has any.
    Result<std::map<ChannelId, NotificationDelivery>> newest();
    // A message that is not on its way is sent now (again). `not_found`, or `conflict` while it
    // waits to be sent anyway.
    Result<void> send_again(ChannelId channel, DeliveryId delivery, Instant now);
    // One that was tried already, such as a test.
    Result<void> log(const NotificationDelivery& delivery);

private:
    Database& database_;
    Journal& journal_;
};

}  // namespace swiftgrid::store
