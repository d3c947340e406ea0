#pragma once

// The scans of backend.h over rows in memory.

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "store/backend.h"

namespace swiftgrid::store {

using RowsByRun = std::map<RunId, RunRow>;

bool is_open(const RunRow& row);

std::vector<RunId> open_runs(const RowsByRun& rows);
std::vector<RunId> owing_runs(const RowsByRun& rows);
std::vector<RunId> orphans(const RowsByRun& rows);
std::vector<RunId> open_children(const RowsByRun& rows, RunId parent);
std::vector<Wakeup> wakeups(const RowsByRun& rows, const std::optional<Wakeup>& after,
                            std::size_t limit);

}  // namespace swiftgrid::store
