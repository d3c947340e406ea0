#pragma once

// Which flows calls from outside may start, and what became of the calls. Thread-safe; blocking but
// for record(). What the settings mean is known by `control`.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/result.h"
#include "store/catalog_types.h"
#include "store/database.h"
#include "store/journal.h"

namespace swiftgrid::store {

struct WebhookSettings {
    bool enabled = false;
    bool requires_signature = true;
    std::string response_mode = "async";  // async wait
    std::int64_t calls_per_minute = limits::webhook_calls_per_minute;

    bool operator==(const WebhookSettings&) const = default;
};

// One call, or several that were refused for the same reason.
struct WebhookDelivery {
    FlowId flow;
    Instant received_at;  // the last of them
    std::int64_t count = 1;
    std::string outcome;  // started repeated refused tested
    std::string code;     // of the refusal's problem, else ""
    std::string detail;   // why, in words; "" when it went as it should
    std::optional<RunId> run;
    std::string key;        // "" when it had none
    std::string signed_as;  // standard github stripe, "" when nobody looked
    std::string method;
    std::string content_type;
    std::int64_t size_bytes = 0;  // of the body
    std::string remote_address;
    std::int64_t number = 0;      // given by the database
    std::string run_status = {};  // "" when there is no run (any more); not stored

    bool operator==(const WebhookDelivery&) const = default;
};

// Of the row among the secrets that holds the signing secrets of the flow.
std::string webhook_secret_name(FlowId flow);

class Webhooks {
public:
    // Both outlive this; the journal writes to the same database.
    Webhooks(Database& database, Journal& journal) : database_(database), journal_(journal) {}

    // `not_found` when there is no such flow.
    Result<WebhookSettings> get(FlowId flow);
    Result<void> put(FlowId flow, const WebhookSettings& settings, const AuditEntry& audit);

    // Writes them with the next commit and waits for nothing; `done` is called on the committer's
    // thread. Those of flows that are gone are left out.
    void record(std::vector<WebhookDelivery> deliveries, std::function<void(Result<void>)> done);

    // Newest first.
    Result<Page<WebhookDelivery>> deliveries(FlowId flow, const std::string& cursor,
                                             std::size_t limit);

private:
    Database& database_;
    Journal& journal_;
};

}  // namespace swiftgrid::store
