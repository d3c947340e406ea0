#pragma once

// The tests that stand beside the flows. Thread-safe and blocking, like the catalogue; what the
// text means is known by `control`.

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "base/instant.h"
#include "base/result.h"
#include "store/database.h"
#include "store/journal.h"

namespace swiftgrid::store {

struct FlowTestsRow {
    std::int64_t revision = 0;  // 0: none were ever saved
    std::string tests;          // JSON, "" when there are none
    std::string updated_by;
    Instant updated_at;

    bool operator==(const FlowTestsRow&) const = default;
};

class FlowTests {
public:
    // Both outlive this; the journal writes to the same database.
    FlowTests(Database& database, Journal& journal) : database_(database), journal_(journal) {}

    // `not_found` when there is no such flow.
    Result<FlowTestsRow> get(FlowId flow);

    // The row's revision is that which was read; `precondition_failed` when it is another by now.
    // Gives the new one.
    Result<std::int64_t> put(FlowId flow, const FlowTestsRow& row);

private:
    Database& database_;
    Journal& journal_;
};

}  // namespace swiftgrid::store
