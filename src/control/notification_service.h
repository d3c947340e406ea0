#pragma once

// Channels of notifications as people set them; `actor` is who asks, for the audit log. Blocking:
// called on API worker threads. JSON out is the API's.

#include <functional>
#include <mutex>
#include <string>

#include "control/answer.h"
#include "control/flow_heads.h"
#include "control/notification_book.h"
#include "control/notification_request.h"
#include "control/webhook_service.h"
#include "net/http_client.h"
#include "runtime/clock.h"
#include "runtime/vault.h"
#include "store/catalog.h"
#include "store/notification_outbox.h"

namespace swiftgrid::control {

class NotificationService {
public:
    struct Parts {
        NotificationBook& book;
        store::NotificationOutbox& outbox;
        FlowHeads& heads;
        store::Catalog& catalog;
        const runtime::Vault& vault;
        const runtime::Clock& clock;
        IdSource& ids;
        std::function<void(net::HttpRequest, net::HttpDone)> send;
        std::function<bool(std::function<void()>)> post;  // work that blocks; false: no room
        std::function<void()> wake;                       // the notifier
    };
    explicit NotificationService(Parts parts) : parts_(std::move(parts)) {}

    Answer<std::string> list(const std::string& cursor, std::size_t limit);
    Answer<std::string> get(ChannelId channel);
    // The answer is the only one that has the signing secret of a new webhook.
    Answer<std::string> create(const json::object& members, const std::string& actor);
    Answer<std::string> change(ChannelId channel, const json::object& members,
                               const std::string& actor);
    Answer<void> remove(ChannelId channel, const std::string& actor);
    Answer<std::string> rotate(ChannelId channel, const SecretRotation& rotation,
                               const std::string& actor);

    // Sends a message now and tells what the other side said; on any thread, exactly once.
    using Tested = std::function<void(Answer<std::string>)>;
    void test(ChannelId channel, Tested tested);
    // No work is posted when it returns: what is tested then is answered, but not written down.
    void stop();

    Answer<std::string> deliveries(ChannelId channel, const std::string& cursor, std::size_t limit);
    Answer<std::string> send_again(ChannelId channel, DeliveryId delivery);

private:
    Answer<void> check_flows(const Channel& channel);
    Answer<std::string> put(Channel channel, bool secret_changed, const std::string& new_secret,
                            const store::AuditEntry& audit);
    Answer<std::string> channel_json(const Channel& channel, const std::string& new_secret);
    bool post(std::function<void()> work);
    store::AuditEntry audit(std::string action, const std::string& actor,
                            const Channel& channel) const;

    Parts parts_;
    std::mutex writing_;  // one change at a time: a channel is read, then replaced
    std::mutex posting_;
    bool is_stopped_ = false;
};

}  // namespace swiftgrid::control
