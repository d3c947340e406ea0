#pragma once

// Which runs a job over many runs means: ids, or a filter as lists of runs have it; and of those
// the ones that its action is for.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "store/bulk_jobs.h"
#include "store/catalog_types.h"

namespace swiftgrid::control {

enum class BulkAction : std::uint8_t { remove, cancel, replay };

// "delete", "cancel", "replay", as jobs are stored.
std::string_view to_string(BulkAction action);
// Requires one of these names.
BulkAction bulk_action(std::string_view name);

struct BulkSelection {
    std::optional<std::vector<RunId>> ids = {};  // newest first, each once
    store::RunQuery filter = {};                 // without ids
};

// { ids? , filter? { flowId, status, trigger, from, to, pinned, parentRunId, topLevel } }, exactly
// one of them. Errors name the member.
Result<BulkSelection> read_selection(const json::object& body);

// The selection of a stored job.
Result<BulkSelection> selection_of(const store::BulkJob& job);

// The filter without what the action is not for; nothing when no run is left.
std::optional<store::RunQuery> query_for(BulkAction action, const store::RunQuery& filter);
bool is_for(BulkAction action, const store::RunSummary& run);

}  // namespace swiftgrid::control
