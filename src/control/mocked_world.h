#pragma once

// The outside of a flow test: what the case's mocks say, and nothing else.

#include "control/flow_test_case.h"
#include "runtime/dry_run.h"

namespace swiftgrid::control {

class MockedWorld : public runtime::OutsideWorld {
public:
    // Borrows the case.
    explicit MockedWorld(const FlowTestCase& test) : test_(test) {}

    runtime::OutsideReply answer(const runtime::OutsideQuestion& question) override;
    bool replaces(const model::PlanNode& node) const override {
        return test_.mocks.contains(node.id);
    }

private:
    const FlowTestCase& test_;
};

}  // namespace swiftgrid::control
