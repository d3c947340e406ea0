#pragma once

// How the parts of a batch become rows and rows become records again.

#include <cstddef>
#include <cstdint>
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

// As Backend::read_run.
Result<std::vector<EventRecord>> read_records(sqlite::Connection& connection, RunId run,
                                              std::uint64_t after_seq, std::size_t limit);

}  // namespace swiftgrid::store
