#pragma once

// Lists of runs: which sources of run_rows.h hold everything a query asks for.

#include "base/result.h"
#include "store/catalog_types.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

// A page may have fewer runs than asked for, or none, and go on nevertheless: where no index has
// what is asked for, limits::run_rows_filtered rows are looked at.
Result<Page<RunSummary>> list_runs(sqlite::Connection& connection, const RunQuery& query);
// All runs that the query lists, however long it takes.
Result<std::int64_t> count_runs(sqlite::Connection& connection, const RunQuery& query);
Result<Page<RunSummary>> list_children(sqlite::Connection& connection, const ChildQuery& query);

// Nothing when the run is not stored.
Result<std::optional<RunSummary>> find_run(sqlite::Connection& connection, RunId run);

}  // namespace swiftgrid::store
