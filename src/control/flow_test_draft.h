#pragma once

// A case made of a recorded run, for a person to shorten: its input, what the outside answered as
// mocks, and how it ended as what is expected.

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/event.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace swiftgrid::control {

class FlowTestDraft {
public:
    // Every event of the run, in order.
    void note(const engine::Event& event, const model::Plan& plan);

    // A case as read_flow_tests() reads it. Requires a run that has completed or failed.
    json::object to_json(const std::string& name, const engine::RunState& run) const;

private:
    std::map<std::string, json::array> mocks_;  // by node; one for each attempt
};

}  // namespace swiftgrid::control
