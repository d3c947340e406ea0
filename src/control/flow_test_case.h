#pragma once

// The cases of a flow's tests as people write them, in `FLOW.tests.json` and in the browser:
//   { "tests": [{ name, input?, trigger?, at?, env?,
//     mocks?: { node: { result, outputs? } | { error } | { timeout: true }, or a list of these for
//       one attempt after the other },
//     expect?: { status?, output?, error?, nodes?: { node: { status?, result?, error? } } } }] }

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "control/answer.h"
#include "engine/run_error.h"
#include "engine/status.h"

namespace swiftgrid::control {

// What stands for one attempt of a node; exactly one of the three.
struct FlowTestMock {
    std::optional<JsonText> result;
    std::optional<std::vector<std::string>> outputs;  // with a result: the branches it takes
    std::optional<engine::RunError> error;
    bool times_out = false;  // nobody calls, or nobody answers in time
};

struct FlowTestMocks {
    bool repeats = true;  // the only one stands for every attempt
    std::vector<FlowTestMock> attempts;
};

struct FlowTestNode {
    std::optional<std::string> status;
    std::optional<json::value> result;
    std::optional<json::value> error;
};

struct FlowTestExpectation {
    std::optional<std::string> status;  // completed or failed
    std::optional<json::value> output;
    std::optional<json::value> error;           // an object, as that of a node
    std::map<std::string, FlowTestNode> nodes;  // by id

    // A case that says nothing of it wants the run to complete, or to fail when it expects an
    // error.
    std::string wanted_status() const { return status.value_or(error ? "failed" : "completed"); }
};

struct FlowTestCase {
    std::string name;
    JsonText input;
    engine::Trigger trigger =
        engine::Trigger::manual;             // `webhook` is there in runs of webhooks only
    std::optional<Instant> at;               // when the run begins; now when absent
    std::map<std::string, std::string> env;  // what `$env` holds
    std::map<std::string, FlowTestMocks> mocks;
    FlowTestExpectation expect;
};

// With every problem and its mend, by pointer into the document. Whether the flow has the nodes
// that are named is found out when a case runs: tests may be written before the flow is.
Answer<std::vector<FlowTestCase>> read_flow_tests(const json::value& document);

}  // namespace swiftgrid::control
