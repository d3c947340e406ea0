#pragma once

// How the parts of a batch become rows and rows become records again.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "store/batch.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

Result<void> write_events(sqlite::Connection& connection, std::span<const EventRecord> records);
Result<void> write_runs(sqlite::Connection& connection, std::span<const RunRow> rows);
Result<void> count_new_runs(sqlite::Connection& connection, const Batch& batch);
Result<void> write_graphs(sqlite::Connection& connection, std::span<const GraphDocument> graphs);
Result<void> write_keys(sqlite::Connection& connection, std::span<const IdempotencyKey> keys);
Result<void> write_maps(sqlite::Connection& connection, std::span<const MapRow> rows);
Result<void> write_tokens(sqlite::Connection& connection, std::span<const ResumeToken> tokens);

// A row of `first_seq, event_count, created_at, events, checksum`.
struct StoredRecord {
    EventRecord record;
    bool is_intact = true;  // the checksum matches
};
StoredRecord record_of(const sqlite::Query& query, RunId run);

// As the reads of Backend.
Result<std::vector<EventRecord>> read_records(sqlite::Connection& connection, RunId run,
                                              std::uint64_t after_seq, std::size_t limit);
Result<std::optional<EventRecord>> read_last_record(sqlite::Connection& connection, RunId run);

}  // namespace swiftgrid::store
