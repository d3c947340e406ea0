#include "store/webhooks.h"

#include <limits>
#include <set>

#include "base/assert.h"
#include "store/catalog_rows.h"
#include "store/cursor.h"
#include "store/run_codes.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

WebhookDelivery delivery_of(const Query& query, FlowId flow) {
    WebhookDelivery delivery;
    delivery.flow = flow;
    delivery.number = query.integer(0);
    delivery.received_at = query.instant(1);
    delivery.count = query.integer(2);
    delivery.outcome = query.text(3);
    delivery.code = query.text(4);
    delivery.detail = query.text(5);
    delivery.run = query.optional_id<RunId>(6);
    delivery.key = query.text(7);
    delivery.signed_as = query.text(8);
    delivery.method = query.text(9);
    delivery.content_type = query.text(10);
    delivery.size_bytes = query.integer(11);
    delivery.remote_address = query.text(12);
    if (!query.is_null(13)) delivery.run_status = status_text(static_cast<int>(query.integer(13)));
    return delivery;
}

// Calls that are refused now for this, now for that, are one row for each reason, and push no other
// deliveries out: a reason may name what the caller sent, so of one code some have a row, and all
// others count with the newest of these.
constexpr std::int64_t reasons_of_a_code = 4;
constexpr std::int64_t rows_to_count_with = 16 * reasons_of_a_code;  // more codes than there are

// The row of the newest ones that counts this one too; nothing when it needs its own.
Result<std::optional<std::int64_t>> row_to_count_with(Connection& connection,
                                                      const WebhookDelivery& delivery) {
    if (delivery.outcome != "refused") return std::nullopt;
    Query rows(connection,
               "SELECT number, detail FROM webhook_deliveries WHERE workflow_id = ?1"
               " AND outcome = ?2 AND code = ?3 AND number >"
               " (SELECT max(number) FROM webhook_deliveries WHERE workflow_id = ?1) - ?4"
               " ORDER BY number DESC LIMIT ?5");
    rows.bind(delivery.flow).bind(delivery.outcome).bind(delivery.code);
    rows.bind(rows_to_count_with).bind(reasons_of_a_code);
    std::optional<std::int64_t> newest;
    for (std::int64_t reasons = 1;; ++reasons) {
        auto row = rows.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return std::nullopt;
        if (rows.text(1) == delivery.detail) return rows.integer(0);
        if (!newest) newest = rows.integer(0);
        if (reasons == reasons_of_a_code) return newest;
    }
}

// True when a row counts this one too.
Result<bool> count_with_recent(Connection& connection, const WebhookDelivery& delivery) {
    const auto number = row_to_count_with(connection, delivery);
    if (!number) return std::unexpected(number.error());
    if (!*number) return false;
    Query update(connection,
                 "UPDATE webhook_deliveries SET call_count = call_count + ?3, received_at = ?4,"
                 " remote_address = ?5, detail = ?6 WHERE workflow_id = ?1 AND number = ?2");
    update.bind(delivery.flow).bind(**number).bind(delivery.count).bind(delivery.received_at);
    if (auto done = update.bind(delivery.remote_address).bind(delivery.detail).run(); !done)
        return std::unexpected(done.error());
    return true;
}

Result<void> insert_delivery(Connection& connection, const WebhookDelivery& delivery) {
    Query insert(connection,
                 "INSERT INTO webhook_deliveries (workflow_id, number, received_at, call_count,"
                 " outcome, code, detail, run_id, idempotency_key, signed_as, method, content_type,"
                 " size_bytes, remote_address)"
                 " SELECT id, 1 + coalesce((SELECT max(number) FROM webhook_deliveries"
                 "  WHERE workflow_id = ?1), 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13"
                 " FROM workflows WHERE id = ?1");
    insert.bind(delivery.flow).bind(delivery.received_at).bind(delivery.count);
    insert.bind(delivery.outcome).bind(delivery.code).bind(delivery.detail).bind(delivery.run);
    insert.bind(delivery.key).bind(delivery.signed_as).bind(delivery.method);
    insert.bind(delivery.content_type).bind(delivery.size_bytes);
    return insert.bind(delivery.remote_address).run();
}

Result<void> forget_old_deliveries(Connection& connection, FlowId flow) {
    Query forget(connection,
                 "DELETE FROM webhook_deliveries WHERE workflow_id = ?1 AND number <="
                 " (SELECT max(number) FROM webhook_deliveries WHERE workflow_id = ?1) - ?2");
    return forget.bind(flow).bind(limits::webhook_deliveries).run();
}

Result<void> write_deliveries(Connection& connection,
                              const std::vector<WebhookDelivery>& deliveries) {
    std::set<FlowId> flows;
    for (const WebhookDelivery& delivery : deliveries) {
        const auto counted = count_with_recent(connection, delivery);
        if (!counted) return std::unexpected(counted.error());
        if (*counted) continue;
        if (auto done = insert_delivery(connection, delivery); !done) return done;
        flows.insert(delivery.flow);
    }
    for (const FlowId flow : flows) {
        if (auto done = forget_old_deliveries(connection, flow); !done) return done;
    }
    return {};
}

}  // namespace

std::string webhook_secret_name(FlowId flow) { return "webhook " + to_string(flow); }

Result<WebhookSettings> Webhooks::get(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    if (auto known = require_flow(**loan, flow); !known) return std::unexpected(known.error());
    Query query(**loan,
                "SELECT webhook_enabled, webhook_require_signature, webhook_response_mode,"
                " webhook_calls_per_minute FROM workflows WHERE id = ?");
    auto row = query.bind(flow).next();
    if (!row) return std::unexpected(row.error());
    // It may have gone since.
    if (!*row) return std::unexpected(unknown_flow(flow));
    return WebhookSettings{query.integer(0) != 0, query.integer(1) != 0, query.text(2),
                           query.integer(3)};
}

Result<void> Webhooks::put(FlowId flow, const WebhookSettings& settings, const AuditEntry& audit) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        if (auto known = require_flow(connection, flow); !known) return known;
        Query update(connection,
                     "UPDATE workflows SET webhook_enabled = ?, webhook_require_signature = ?,"
                     " webhook_response_mode = ?, webhook_calls_per_minute = ? WHERE id = ?");
        update.bind(settings.enabled).bind(settings.requires_signature);
        update.bind(settings.response_mode).bind(settings.calls_per_minute);
        if (auto done = update.bind(flow).run(); !done) return done;
        return insert_audit(connection, audit);
    });
}

void Webhooks::record(std::vector<WebhookDelivery> deliveries,
                      std::function<void(Result<void>)> done) {
    journal_.mutate(
        [deliveries = std::move(deliveries)](Connection& connection) {
            return write_deliveries(connection, deliveries);
        },
        std::move(done));
}

Result<Page<WebhookDelivery>> Webhooks::deliveries(FlowId flow, const std::string& cursor,
                                                   std::size_t limit) {
    SG_ASSERT(limit > 0, "a page has room for an item");
    const auto before = parse_number_cursor(cursor);
    if (!before) return std::unexpected(before.error());
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    if (auto known = require_flow(**loan, flow); !known) return std::unexpected(known.error());
    Query query(**loan,
                "SELECT number, received_at, call_count, outcome, code, detail, run_id,"
                " idempotency_key, signed_as, method, content_type, size_bytes, remote_address,"
                " (SELECT status FROM workflow_runs WHERE id = run_id) FROM webhook_deliveries"
                " WHERE workflow_id = ? AND number < ? ORDER BY number DESC LIMIT ?");
    query.bind(flow).bind(before->value_or(std::numeric_limits<std::int64_t>::max()));
    query.bind(limit + 1);
    Page<WebhookDelivery> page;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        page.items.push_back(delivery_of(query, flow));
    }
    if (page.items.size() > limit) {
        page.items.pop_back();
        page.next_cursor = cursor_of(page.items.back().number);
    }
    return page;
}

}  // namespace swiftgrid::store
