#pragma once

// Runs the cases of a flow's tests one after the other and compares what they expect. Blocking; the
// server and `swiftgrid test` have one each. What a case mocks is all it hears of the outside.

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "control/flow_coverage.h"
#include "control/flow_test_case.h"
#include "control/json_difference.h"
#include "runtime/dry_run.h"
#include "runtime/vault.h"

namespace swiftgrid::control {

struct FlowUnderTest {
    FlowId id;
    std::optional<std::int64_t> version;  // none: the draft, or a file
    model::PlanPtr plan;
    std::optional<std::int64_t> timeout_ms;  // of a run; none: no limit
};

struct FlowTestResult {
    std::string name;
    bool passed = false;
    // Why the run could not go on to its end, or the case names what the flow has not.
    std::optional<model::Problem> problem;  // pointer below the case
    std::vector<Difference> differences;
    // { status, output, error, nodes } as far as it got, without values that are too long to read.
    json::object run;
    std::int64_t duration_ms = 0;   // really
    std::int64_t simulated_ms = 0;  // time in the run
};

struct FlowTestReport {
    std::vector<FlowTestResult> results;
    FlowCoverage coverage;
    std::optional<Error> stopped;  // then results are those of the cases before

    std::size_t failed_count() const;
    bool passed() const { return !stopped && failed_count() == 0; }
};

struct FlowTestBench {
    const model::NodeTypes& types;
    const engine::NodeBehaviours& behaviours;
    const nodes::ScriptPerformers& performers;
    runtime::ScriptRunner& scripts;
    const runtime::Clock& clock;
    IdSource& ids;
    runtime::VaultContentPtr vault;

    runtime::DryRunParts dry_run_parts() const {
        return {types, behaviours, performers, scripts, clock};
    }
};

FlowTestReport run_flow_tests(const FlowTestBench& bench, const FlowUnderTest& flow,
                              const std::vector<FlowTestCase>& cases,
                              const std::atomic<bool>& stop);

// { passed, counts: { passed, failed }, results: [{ name, passed, status, output, error, problem,
// differences, nodes: { id: { status, attempts } }, durationMs, simulatedMs }], coverage, stopped }
json::object flow_test_report_json(const FlowTestReport& report);

}  // namespace swiftgrid::control
