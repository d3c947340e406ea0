#pragma once

// The webhooks of flows as people set them; `actor` is who asks, for the audit log. Blocking:
// called on API worker threads. JSON out is the API's.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "control/answer.h"
#include "control/secret_store.h"
#include "control/webhook_gate.h"
#include "control/webhook_secrets.h"
#include "runtime/clock.h"
#include "store/webhooks.h"

namespace swiftgrid::control {

struct SecretRotation {
    std::optional<std::string> secret;  // nothing: one is made
    std::int64_t overlap_hours = 0;
};

struct WebhookInput {
    store::WebhookSettings settings;
    bool keeps_enabled = false;  // it stays on or off as it is
};

class WebhookService {
public:
    struct Parts {
        store::Webhooks& stored;
        SecretStore& secrets;
        WebhookGate& gate;
        FlowHeads& heads;
        store::Catalog& catalog;
        const runtime::Clock& clock;
    };
    explicit WebhookService(Parts parts) : parts_(parts) {}

    // What addresses begin with, without a slash at the end. Before the first request.
    void set_public_url(std::string url) { public_url_ = std::move(url); }

    Answer<std::string> get(FlowId flow);
    // The first time it is switched on a secret is made; the answer is the only one that has it.
    Answer<std::string> put(FlowId flow, WebhookInput input, const std::string& actor);
    // The answer is the only one that has the new secret.
    Answer<std::string> rotate(FlowId flow, SecretRotation rotation, const std::string& actor);
    Answer<std::string> deliveries(FlowId flow, const std::string& cursor, std::size_t limit);

private:
    // All that an answer tells, read before anything is changed: an answer with a new secret must
    // not fail once the secret is kept.
    struct Shown {
        FlowId flow;
        bool is_published = false;
        WebhookSecrets secrets;
        std::string new_secret;
    };
    Result<Shown> read_shown(FlowId flow);
    Result<WebhookSecrets> read_secrets(FlowId flow);
    Answer<void> keep_secret(const Shown& shown, const store::AuditEntry& entry);
    store::AuditEntry audit(FlowId flow, std::string action, const std::string& actor) const;
    std::string webhook_json(const store::WebhookSettings& settings, const Shown& shown) const;

    Parts parts_;
    std::string public_url_;
    std::mutex writing_;  // one change at a time: a secret is read, then replaced
};

}  // namespace swiftgrid::control
