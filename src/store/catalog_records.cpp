// Catalog: idempotency keys, settings and the audit log.

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"
#include "store/catalog.h"
#include "store/catalog_rows.h"
#include "store/cursor.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

constexpr Duration key_age_max{limits::idempotency_hours * 60 * 60 * 1000};

Instant oldest_key(Instant now) { return now + Duration{-key_age_max.milliseconds}; }

AuditEntry entry_of(const Query& query) {
    AuditEntry entry;
    entry.id = query.integer(0);
    entry.run = query.optional_id<RunId>(1);
    entry.flow = query.optional_id<FlowId>(2);
    entry.action = query.text(3);
    entry.actor = query.text(4);
    entry.metadata = query.optional_text(5);
    entry.created_at = query.instant(6);
    entry.flow_name = query.text(7);
    return entry;
}

// Of one action, or of all when it is empty.
Result<std::vector<AuditEntry>> read_audit(Connection& connection, const AuditQuery& query,
                                           const std::string& action, std::int64_t before) {
    // Every filter has an index that gives its entries in order; what a run has is little.
    const char* source = "run_audit_log NOT INDEXED";
    if (query.run)
        source = "run_audit_log INDEXED BY run_audit_log_by_run";
    else if (query.flow && !action.empty())
        source = "run_audit_log INDEXED BY run_audit_log_by_workflow_action";
    else if (query.flow)
        source = "run_audit_log INDEXED BY run_audit_log_by_workflow";
    else if (!action.empty())
        source = "run_audit_log INDEXED BY run_audit_log_by_action";
    std::string sql = fmt::format(
        "SELECT id, run_id, workflow_id, action, actor, metadata, created_at,"
        " (SELECT name FROM workflows AS flow WHERE flow.id = workflow_id) FROM {} WHERE id < ?",
        source);
    if (query.run) sql += " AND run_id = ?";
    if (query.flow) sql += " AND workflow_id = ?";
    if (!action.empty()) sql += " AND action = ?";
    sql += " ORDER BY id DESC LIMIT ?";
    Query rows = Query::once(connection, sql);
    rows.bind(before);
    if (query.run) rows.bind(*query.run);
    if (query.flow) rows.bind(*query.flow);
    if (!action.empty()) rows.bind(action);
    rows.bind(query.limit + 1);
    return sqlite::read_rows(rows, entry_of);
}

// The newest of each action are read and merged: one index has the entries of several actions in
// no common order.
Result<std::vector<AuditEntry>> read_audit_of_any(Connection& connection, const AuditQuery& query,
                                                  std::int64_t before) {
    if (query.actions.empty()) return read_audit(connection, query, "", before);
    std::vector<AuditEntry> entries;
    for (const std::string& action : std::set(query.actions.begin(), query.actions.end())) {
        auto read = read_audit(connection, query, action, before);
        if (!read) return read;
        std::ranges::move(*read, std::back_inserter(entries));
    }
    std::ranges::sort(entries, std::greater(), &AuditEntry::id);
    if (entries.size() > query.limit + 1) entries.resize(query.limit + 1);
    return entries;
}

}  // namespace

Result<std::optional<IdempotencyKey>> Catalog::find_key(const std::string& scope,
                                                        const std::string& key, Instant now) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT fingerprint, run_id, created_at FROM idempotency_keys"
                " WHERE scope = ? AND key = ? AND created_at > ?");
    auto row = query.bind(scope).bind(key).bind(oldest_key(now)).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return IdempotencyKey{scope, key, query.text(0), query.id<RunId>(1), query.instant(2)};
}

Result<std::int64_t> Catalog::forget_old_keys(Instant now, std::int64_t count_max) {
    std::int64_t forgotten = 0;
    auto done = change([&](Connection& connection) -> Result<void> {
        Query remove(connection,
                     "DELETE FROM idempotency_keys WHERE (scope, key) IN"
                     " (SELECT scope, key FROM idempotency_keys WHERE created_at <= ? LIMIT ?)");
        auto removed = remove.bind(oldest_key(now)).bind(count_max).run();
        forgotten = connection.changed_rows();
        return removed;
    });
    if (!done) return std::unexpected(done.error());
    return forgotten;
}

Result<std::optional<std::string>> Catalog::get_setting(const std::string& key) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, "SELECT value FROM settings WHERE key = ?");
    auto row = query.bind(key).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return query.text(0);
}

Result<void> Catalog::put_settings(std::span<const SettingRow> rows, const AuditEntry& audit) {
    return change([&](Connection& connection) -> Result<void> {
        for (const SettingRow& row : rows) {
            Query put(connection, "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)");
            if (auto done = put.bind(row.key).bind(row.value).run(); !done) return done;
        }
        return insert_audit(connection, audit);
    });
}

Result<void> Catalog::add_audit(const AuditEntry& entry) {
    return change([&](Connection& connection) { return insert_audit(connection, entry); });
}

Result<Page<AuditEntry>> Catalog::list_audit(const AuditQuery& query) {
    SG_ASSERT(query.limit > 0, "a page has room for an item");
    const auto before = parse_number_cursor(query.cursor);
    if (!before) return std::unexpected(before.error());
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    auto entries = read_audit_of_any(**loan, query,
                                     before->value_or(std::numeric_limits<std::int64_t>::max()));
    if (!entries) return std::unexpected(entries.error());
    Page<AuditEntry> page{std::move(*entries), std::nullopt};
    if (page.items.size() > query.limit) {
        page.items.pop_back();
        page.next_cursor = cursor_of(page.items.back().id);
    }
    return page;
}

}  // namespace swiftgrid::store
