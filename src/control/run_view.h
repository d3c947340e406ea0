#pragma once

// Runs as the API shows them. Results may be megabytes, so these append text instead of building
// trees.

#include <optional>
#include <string>

#include "engine/run_state.h"
#include "model/plan.h"
#include "store/catalog.h"

namespace swiftgrid::control {

// RunSummary of openapi.yaml. `now` is what times in `current` are relative to.
void append_run_summary(std::string& out, const store::RunSummary& run, Instant now);

// Run: the summary with `inputData` and `outputData` from the folded state. `status` and times come
// from the state, so that a run at an earlier event shows that event's status.
struct RunAtEvent {
    const store::RunSummary& summary;
    const engine::RunState& state;
    const model::Plan& plan;
};
void append_run(std::string& out, const RunAtEvent& run, Instant now);

// NodeResults: an object by node id.
void append_node_results(std::string& out, const engine::RunState& state, const model::Plan& plan);

}  // namespace swiftgrid::control
