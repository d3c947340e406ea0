#include "store/batch_rows.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "base/assert.h"
#include "base/limits.h"
#include "store/checksum.h"
#include "store/run_codes.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

std::optional<std::string_view> text_or_null(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

// How many runs begin in the batch, by flow. A run begins with its event 1.
std::map<FlowId, std::int64_t> new_runs(const Batch& batch) {
    std::unordered_set<RunId> begun;
    for (const EventRecord& record : batch.events) {
        if (record.first_seq == 1) begun.insert(record.run);
    }
    std::map<FlowId, std::int64_t> counts;
    for (const RunRow& row : batch.runs) {
        if (begun.erase(row.id) > 0) ++counts[row.flow];
    }
    return counts;
}

std::optional<std::int64_t> milliseconds_after(Instant start, std::optional<Instant> instant) {
    if (!instant) return std::nullopt;
    return (*instant - start).milliseconds;
}

Result<EventRecord> intact_record(const Query& query, RunId run) {
    auto [record, is_intact] = record_of(query, run);
    if (is_intact) return std::move(record);
    return fail(ErrorCode::storage_error,
                "the events of run " + to_string(run) + " from number " +
                    std::to_string(record.first_seq) +
                    " on are damaged on disk: their checksum does not match");
}

// A statement opens every index of its table, which costs more than a row: where there are enough
// rows, so many share one.
constexpr std::size_t rows_per_statement = 16;

// A literal: its statement stays prepared.
template <std::size_t size>
struct Literal {
    char text[size];
};

// `after` follows `rows` times `values`, separated by commas.
template <std::size_t rows, std::size_t before_size, std::size_t size, std::size_t after_size>
consteval auto insert_of(const char (&before)[before_size], const char (&values)[size],
                         const char (&after)[after_size]) {
    Literal<before_size - 1 + rows * size - 1 + after_size> sql{};
    char* to = std::copy_n(before, before_size - 1, sql.text);
    for (std::size_t i = 0; i < rows; ++i) {
        if (i > 0) *to++ = ',';
        to = std::copy_n(values, size - 1, to);
    }
    std::copy_n(after, after_size, to);
    return sql;
}

// What a run was started with never changes; `pinned` is not ours.
template <std::size_t rows>
constexpr auto upsert_runs = insert_of<rows>(
    "INSERT INTO workflow_runs"
    " (id, workflow_id, version_number, graph_id, status, trigger, parent_run_id,"
    "  replay_of_run_id, calling_node_id, depth, created_at, started_after_ms,"
    "  completed_after_ms, error, current, last_seq, wake_at, owes) VALUES ",
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    " ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
    "  started_after_ms = excluded.started_after_ms,"
    "  completed_after_ms = excluded.completed_after_ms, error = excluded.error,"
    "  current = excluded.current, last_seq = excluded.last_seq,"
    "  wake_at = excluded.wake_at, owes = excluded.owes");

void bind_run(Query& query, const RunRow& row) {
    query.bind(row.id).bind(row.flow).bind(row.version).bind(row.graph);
    query.bind(status_code(row.status)).bind(trigger_code(row.trigger));
    query.bind(row.parent).bind(row.replay_of).bind(text_or_null(row.calling_node_id));
    query.bind(row.depth).bind(row.created_at);
    query.bind(milliseconds_after(row.created_at, row.started_at));
    query.bind(milliseconds_after(row.created_at, row.completed_at));
    query.bind(text_or_null(row.error)).bind(text_or_null(row.current)).bind(row.last_seq);
    query.bind(row.wake_at).bind(row.owes);
}

}  // namespace

StoredRecord record_of(const Query& query, RunId run) {
    StoredRecord stored;
    stored.record.run = run;
    stored.record.first_seq = static_cast<std::uint64_t>(query.integer(0));
    stored.record.count = static_cast<std::uint32_t>(query.integer(1));
    stored.record.at = query.instant(2);
    stored.record.events = query.text(3);
    stored.is_intact = crc32c(stored.record.events) == static_cast<std::uint32_t>(query.integer(4));
    return stored;
}

Result<void> write_events(Connection& connection, std::span<const EventRecord> records) {
    Query insert(connection,
                 "INSERT INTO run_event_batches"
                 " (run_id, first_seq, event_count, created_at, events, checksum)"
                 " VALUES (?, ?, ?, ?, ?, ?)");
    for (const EventRecord& record : records) {
        SG_ASSERT(record.first_seq > 0 && record.count > 0,
                  "a record holds events numbered from 1");
        insert.bind(record.run).bind(record.first_seq).bind(record.count).bind(record.at);
        auto done = insert.bind(record.events).bind(crc32c(record.events)).run();
        if (!done) return done;
    }
    return {};
}

Result<void> write_runs(Connection& connection, std::span<const RunRow> rows) {
    if (rows.size() >= rows_per_statement) {
        Query several(connection, upsert_runs<rows_per_statement>.text);
        for (; rows.size() >= rows_per_statement; rows = rows.subspan(rows_per_statement)) {
            for (const RunRow& row : rows.first(rows_per_statement)) bind_run(several, row);
            if (auto done = several.run(); !done) return done;
        }
    }
    if (rows.empty()) return {};
    Query one(connection, upsert_runs<1>.text);
    for (const RunRow& row : rows) {
        bind_run(one, row);
        if (auto done = one.run(); !done) return done;
    }
    return {};
}

Result<void> count_new_runs(Connection& connection, const Batch& batch) {
    Query upsert(
        connection,
        "INSERT INTO workflow_run_counts (workflow_id, run_count) VALUES (?, ?)"
        " ON CONFLICT (workflow_id) DO UPDATE SET run_count = run_count + excluded.run_count");
    for (const auto& [flow, count] : new_runs(batch)) {
        if (auto done = upsert.bind(flow).bind(count).run(); !done) return done;
    }
    return {};
}

Result<void> write_graphs(Connection& connection, std::span<const GraphDocument> graphs) {
    if (graphs.empty()) return {};
    Query insert(
        connection,
        "INSERT INTO workflow_graphs (id, graph) VALUES (?, ?) ON CONFLICT (id) DO NOTHING");
    for (const GraphDocument& graph : graphs) {
        if (auto done = insert.bind(graph.id).bind(graph.text).run(); !done) return done;
    }
    return {};
}

Result<void> write_keys(Connection& connection, std::span<const IdempotencyKey> keys) {
    if (keys.empty()) return {};
    Query upsert(
        connection,
        "INSERT OR REPLACE INTO idempotency_keys (scope, key, fingerprint, run_id, created_at)"
        " VALUES (?, ?, ?, ?, ?)");
    for (const IdempotencyKey& key : keys) {
        upsert.bind(key.scope).bind(key.key).bind(key.fingerprint).bind(key.run).bind(key.at);
        if (auto done = upsert.run(); !done) return done;
    }
    return {};
}

Result<void> write_maps(Connection& connection, std::span<const MapRow> rows) {
    if (rows.empty()) return {};
    Query upsert(connection,
                 "INSERT OR REPLACE INTO map_iterations (run_id, node_id, total_items,"
                 " completed_items, failed_items, created_at, completed_at)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (const MapRow& row : rows) {
        upsert.bind(row.run).bind(row.node_id).bind(row.total).bind(row.completed);
        upsert.bind(row.failed).bind(row.created_at).bind(row.completed_at);
        if (auto done = upsert.run(); !done) return done;
    }
    return {};
}

Result<void> write_tokens(Connection& connection, std::span<const ResumeToken> tokens) {
    if (tokens.empty()) return {};
    Query insert(connection,
                 "INSERT INTO resume_tokens (token_hash, run_id, node_id) VALUES (?, ?, ?)"
                 " ON CONFLICT (token_hash) DO NOTHING");
    for (const ResumeToken& token : tokens) {
        insert.bind_blob(token.hash.data(), token.hash.size());
        if (auto done = insert.bind(token.run).bind(token.node_id).run(); !done) return done;
    }
    return {};
}

Result<std::vector<EventRecord>> read_records(Connection& connection, RunId run,
                                              std::uint64_t after_seq, std::size_t limit) {
    // The inner query finds the record that holds after_seq + 1, or the last one before it.
    Query query(connection,
                "SELECT first_seq, event_count, created_at, events, checksum FROM run_event_batches"
                " WHERE run_id = ?1 AND first_seq >= coalesce((SELECT max(first_seq)"
                "  FROM run_event_batches WHERE run_id = ?1 AND first_seq <= ?2 + 1), 0)"
                " AND first_seq + event_count - 1 > ?2 ORDER BY first_seq LIMIT ?3");
    query.bind(run).bind(after_seq).bind(limit);
    std::vector<EventRecord> records;
    std::size_t bytes = 0;
    while (bytes < limits::commit_bytes) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        auto record = intact_record(query, run);
        if (!record) return std::unexpected(record.error());
        bytes += record->events.size();
        records.push_back(std::move(*record));
    }
    return records;
}

Result<std::optional<EventRecord>> read_last_record(Connection& connection, RunId run) {
    Query query(connection,
                "SELECT first_seq, event_count, created_at, events, checksum FROM run_event_batches"
                " WHERE run_id = ? ORDER BY first_seq DESC LIMIT 1");
    auto row = query.bind(run).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return intact_record(query, run);
}

}  // namespace swiftgrid::store
