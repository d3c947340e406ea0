#pragma once

// The scans of backend.h over rows in memory.

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "store/backend.h"

namespace swiftgrid::store {

using RunRows = std::map<RunId, RunRow>;

bool is_open(const RunRow& row);

std::vector<RunId> open_runs(const RunRows& rows);
std::vector<RunId> owing_runs(const RunRows& rows);
std::vector<RunId> orphans(const RunRows& rows);
std::vector<RunId> open_children(const RunRows& rows, RunId parent);
std::vector<Wakeup> wakeups(const RunRows& rows, const std::optional<Wakeup>& after,
                            std::size_t limit);

}  // namespace swiftgrid::store
