#pragma once

// Which calls of webhooks come in. What it needs to know of a flow is kept in memory, so that an
// ordinary call reads no database. Thread-safe.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/ids.h"
#include "control/call_rate.h"
#include "control/flow_heads.h"
#include "control/secret_store.h"
#include "control/webhook_secrets.h"
#include "control/webhook_signature.h"
#include "runtime/clock.h"
#include "store/catalog.h"
#include "store/webhooks.h"

namespace swiftgrid::control {

// Why a call stays out. Strangers are told the same of a flow that does not exist, has no webhook,
// or is not published; the people of the flow are told which.
struct HookRefusal {
    Error answer;
    std::string detail;
    bool concerns_flow = true;  // false: there is no such flow
    std::int64_t retry_after_ms = 0;
};

struct Admission {
    bool waits_for_end = false;
    std::optional<SignatureScheme> signed_as;  // nothing: signatures are not looked at
};

class WebhookGate {
public:
    struct Parts {
        store::Webhooks& stored;
        SecretStore& secrets;
        FlowHeads& heads;
        store::Catalog& catalog;
        const runtime::Clock& clock;
    };
    explicit WebhookGate(Parts parts) : parts_(parts) {}

    // A test call starts nothing: the webhook may be switched off and the flow unpublished.
    enum class Purpose : std::uint8_t { start, test };
    using Admitted = std::expected<Admission, HookRefusal>;

    // Nothing when the database would have to be read.
    std::optional<Admitted> admit_from_memory(FlowId flow, const SignedCall& call, Purpose purpose);
    // Blocking.
    Admitted admit(FlowId flow, const SignedCall& call, Purpose purpose);

    // After every change of what is stored.
    void forget(FlowId flow);

private:
    struct Config {
        store::WebhookSettings settings;
        WebhookSecrets secrets;
    };
    using ConfigPtr = std::shared_ptr<const Config>;  // owners: the table and who uses it
    struct Entry {
        ConfigPtr config;
        CallRate rate;
    };

    ConfigPtr find_config(FlowId flow);
    Result<ConfigPtr> read_config(FlowId flow);
    Admitted decide(FlowId flow, const FlowHead& head, const Config& config, const SignedCall& call,
                    Purpose purpose);

    Parts parts_;
    std::mutex mutex_;
    std::unordered_map<FlowId, Entry> entries_;
    std::uint64_t changes_ = 0;
};

}  // namespace swiftgrid::control
