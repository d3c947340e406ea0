#pragma once

// Steps on single rows that several of the catalogue's operations share. They run on the connection
// they are given, inside whatever transaction it is in.

#include "store/catalog_types.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

Error unknown_flow(FlowId flow);
// `not_found` when there is none.
Result<void> require_flow(sqlite::Connection& connection, FlowId flow);
Result<Flow> read_flow(sqlite::Connection& connection, FlowId flow);

// `not_found` or `precondition_failed`.
Result<void> require_revision(sqlite::Connection& connection, FlowId flow, std::int64_t revision);

// Saves the draft and counts the revision.
Result<void> update_draft(sqlite::Connection& connection, FlowId flow, const FlowDraft& draft,
                          Instant now);

Result<OpenRunCounts> count_open_runs(sqlite::Connection& connection, std::optional<FlowId> flow);

// The run's row with its counters and tokens, and the flow's count of runs.
Result<void> delete_run_row(sqlite::Connection& connection, RunId run, FlowId flow);

// In order of name.
Result<std::vector<SecretRow>> read_secrets(sqlite::Connection& connection);

// Or replaces the one of this name.
Result<void> insert_secret(sqlite::Connection& connection, const SecretRow& row);

Result<void> insert_audit(sqlite::Connection& connection, const AuditEntry& entry);

}  // namespace swiftgrid::store
