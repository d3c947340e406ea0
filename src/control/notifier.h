#pragma once

// Makes messages of what has happened and sends them. Both what has happened and the messages are
// on disk, so a crash loses nothing; one that was on its way goes out again, with the same id.
//
//   commit of a run's end ──▶ notification_causes ──rules──▶ notification_deliveries ──HTTP──▶
//
// There is no thread in here: app/turn_thread.h calls turn() when it asked to be called or was
// woken, tests do with a clock that they set.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "control/metrics.h"
#include "control/notification_agenda.h"
#include "control/notification_book.h"
#include "control/notification_entries.h"
#include "control/notification_request.h"
#include "net/http_client.h"
#include "runtime/clock.h"
#include "runtime/vault.h"
#include "store/notification_outbox.h"

namespace swiftgrid::control {

class Notifier {
public:
    struct Parts {
        store::NotificationOutbox& outbox;
        NotificationBook& book;
        const NotificationEntries& entries;
        const runtime::Vault& vault;
        const runtime::Clock& clock;
        IdSource& ids;
        std::function<void(net::HttpRequest, net::HttpDone)> send;
        // Called on any thread: turn() should be called.
        std::function<void()> wake;
        std::function<void(const std::string&)> warn;
        ControlMetrics* metrics = nullptr;
    };
    explicit Notifier(Parts parts);

    // Does what is due, blocking. Answers when to be called next although nobody wakes it; nothing:
    // when woken.
    std::optional<Instant> turn();

    // Any thread, before the next turn: somebody else has put a message of an entry among those
    // that wait.
    void look_again() { knows_agenda_ = false; }

    // After the last turn: what was answered since is written down, so that it is not sent again.
    void finish();

private:
    class Answers;
    struct Answered;
    // A message that is on its way.
    struct Sending {
        ChannelPtr channel;  // as it was: the address may have changed by the time of the answer
        store::NotificationDelivery delivery;
        Instant started_at;
        std::int64_t started_ms = 0;  // of the monotonic clock
        std::shared_ptr<SeenAnswer> seen;
    };

    Result<void> work(Instant now);
    void take_channels();
    Result<void> take_answers(Instant now);
    store::NotificationAttempt judge(const Answered& answered, Instant now);
    void count(std::string_view type, const store::NotificationAttempt& attempt) const;
    Result<void> make_messages(Instant now);
    Result<bool> is_recovery(const store::NotificationCause& cause, bool is_wanted);
    Result<void> look_for_waiting(Instant now);
    Result<void> take_agenda(Instant now);
    Result<void> send_due(Instant now);
    // Those that go out now.
    struct Due {
        ChannelPtr channel;
        store::NotificationDelivery delivery;
    };
    Result<void> due_of_channels(Instant now, std::vector<Due>& due);
    Result<void> due_of_entries(Instant now, std::vector<Due>& due);
    Result<void> due_of_entry(store::NotificationDelivery delivery, Instant now,
                              std::vector<Due>& due);
    Instant not_before(ChannelId channel, Instant at, Instant now);
    Result<void> give_up(const store::NotificationDelivery& delivery, const std::string& why,
                         Instant now);
    void send(const ChannelPtr& channel, store::NotificationDelivery delivery, Instant now);
    void call_again(Instant at);

    Parts parts_;
    std::shared_ptr<Answers> answers_;  // owners: this, and requests on their way
    std::map<ChannelId, Sending> sending_;
    std::map<ChannelId, Instant> asked_to_wait_;
    NotificationAgenda agenda_;  // of the entries of documents
    std::atomic<bool> knows_agenda_ = false;
    std::map<ChannelId, ChannelPtr> gone_;  // to be disabled
    // Whether the last run of a flow that ended had failed, for those that were looked at.
    std::unordered_map<FlowId, bool> has_failed_;
    NotificationBook::Channels known_channels_;
    std::optional<Instant> next_look_;  // for runs that wait
    RunId looked_until_;
    std::size_t first_channel_ = 0;
    bool are_entries_first_ = false;
    std::optional<Instant> next_;
    bool is_in_trouble_ = false;
};

}  // namespace swiftgrid::control
