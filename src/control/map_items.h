#pragma once

// How far a map is and what became of its items, page by page. A page costs the same in a map of
// ten and of 100,000 items: it reads the rows of the runs of its items and nothing else, unless an
// item has none (its run could not be started).

#include <cstddef>
#include <string>
#include <vector>

#include "base/ids.h"
#include "control/answer.h"
#include "runtime/plan_cache.h"
#include "store/backend.h"
#include "store/catalog.h"

namespace swiftgrid::control {

struct MapQuery {
    RunId run;
    std::string node_id;
    std::vector<std::string> statuses = {};  // of items; empty: all
    std::string cursor = {};
    std::size_t limit = 20;
};

bool is_item_status(const std::string& status);

struct MapParts {
    store::Catalog& catalog;
    store::Backend& backend;
    runtime::PlanCache& plans;
};
// { total, succeeded, failed, running, notStarted, items, nextCursor }
Answer<std::string> map_items_json(MapParts parts, const MapQuery& query);

}  // namespace swiftgrid::control
