#pragma once

// A version or draft of a flow against its recorded runs: each begins again with its own input at
// its own time, scripts are carried out, and the outside answers as it did. What comes out
// differently is listed. Blocking.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/flow_test_runner.h"
#include "control/recorded_world.h"
#include "runtime/run_table.h"
#include "store/catalog_types.h"

namespace swiftgrid::control {

enum class BacktestOutcome : std::uint8_t {
    same,
    different,
    unanswered,  // it asks what the recorded run did not
    stopped,     // too slow
};
std::string_view to_string(BacktestOutcome outcome);

struct BacktestRun {
    store::RunSummary recorded;
    BacktestOutcome outcome = BacktestOutcome::same;
    std::vector<Difference> differences;  // expected is the recorded run
    std::vector<AskedElse> asked_else;
    std::optional<model::Problem> problem;  // why it did not end
};

struct BacktestReport {
    std::vector<BacktestRun> runs;  // newest first
    FlowCoverage coverage;
    std::optional<Error> stopped;  // then runs are those before
};

// The recorded run, with every event given to the visitor.
using ReadRecorded =
    std::function<Result<runtime::ReplayedRun>(RunId, const runtime::EventVisitor&)>;

BacktestReport run_backtest(const FlowTestBench& bench, const FlowUnderTest& flow,
                            const std::vector<store::RunSummary>& runs, const ReadRecorded& read,
                            const std::atomic<bool>& stop);

// { counts: { same, different, unanswered, stopped }, runs: [{ runId, version, createdAt, outcome,
// differences: [{ pointer, recorded, now }], asked: [{ nodeId, attempt, differences }], problem }],
// coverage, stopped }
json::object backtest_report_json(const BacktestReport& report);

}  // namespace swiftgrid::control
