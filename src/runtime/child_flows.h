#pragma once

// What a run needs to start another flow: the shard asks when the caller's events are on disk, the
// implementation knows flows and versions (control).

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/ids.h"
#include "base/json.h"
#include "engine/event.h"
#include "engine/run_error.h"
#include "model/plan.h"
#include "store/batch.h"

namespace swiftgrid::runtime {

struct ChildFlow {
    FlowId flow;
    std::optional<std::int64_t> version;  // none: the draft
    model::PlanPtr plan;
    std::optional<store::GraphDocument> graph;  // when it may not be stored yet
    std::optional<std::int64_t> timeout_ms;     // the flow's own time limit
    engine::Snapshots snapshots;
};

class ChildFlows {
public:
    virtual ~ChildFlows() = default;

    // `flow` and `version` as in engine::FlowCall. Called on shard threads, for every child: the
    // usual answer reads no disk. The error is that of the node that calls (`flow_not_found` …).
    virtual std::expected<ChildFlow, engine::RunError> resolve(std::string_view flow,
                                                               const JsonText& version) = 0;
};

}  // namespace swiftgrid::runtime
