#pragma once

// The list of runs as SQL. A list is the union of a few sources, each of which an index gives
// newest first, so that only as many rows are read as the page needs.

#include "base/result.h"
#include "store/catalog_types.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

Result<Page<RunSummary>> list_runs(sqlite::Connection& connection, const RunQuery& query);

// Nothing when the run is not stored.
Result<std::optional<RunSummary>> find_run(sqlite::Connection& connection, RunId run);

}  // namespace swiftgrid::store
