#pragma once

// The tests of stored flows: kept beside them, run against a draft or a version, and made of
// recorded runs; and backtests, which run those again. Nothing here reaches the outside, and
// nothing is left behind but the tests themselves.

#include <functional>
#include <memory>
#include <string>

#include "base/ids.h"
#include "control/answer.h"
#include "control/flow_service.h"
#include "control/flow_test_runner.h"
#include "control/job_threads.h"
#include "control/run_starter.h"
#include "runtime/plan_cache.h"
#include "store/catalog.h"
#include "store/flow_tests.h"

namespace swiftgrid::control {

struct FlowTestsRequest {
    FlowId flow;
    VersionChoice version;             // DraftVersion, ActiveVersionOnly or NumberedVersion
    std::optional<json::value> tests;  // the stored ones when absent
};

struct BacktestRequest {
    FlowId flow;
    VersionChoice version;
    std::size_t runs = 0;  // the newest that have completed or failed
};

class FlowTester {
public:
    struct Parts {
        store::Catalog& catalog;
        store::FlowTests& stored;
        store::Backend& backend;
        runtime::PlanCache& plans;
        FlowService& flows;
        const model::NodeTypes& types;
        const engine::NodeBehaviours& behaviours;
        const nodes::ScriptPerformers& performers;
        const runtime::Vault& vault;
        const runtime::Clock& clock;
        IdSource& ids;
        // Script workers for one request.
        std::function<Result<std::unique_ptr<runtime::ScriptRunner>>()> make_scripts;
    };
    // Its end stops what is under way.
    explicit FlowTester(Parts parts);

    // { tests, revision, updatedBy, updatedAt }; an empty list when there are none.
    Answer<FlowView> get(FlowId flow);
    // `body` is a document of tests; `invalid_document` with every problem of it.
    Answer<FlowView> save(FlowId flow, std::int64_t revision, const json::value& body,
                          const std::string& actor);
    // A case made of a run of the flow; nothing is stored.
    Answer<std::string> make_case(FlowId flow, RunId run);

    using Done = std::function<void(Answer<std::string>)>;
    using Cancel = std::function<void()>;

    // Blocking while they prepare. `done` is called once, on any thread, with the report. The
    // answer stops the work; any thread may call it, once or never.
    Cancel run(const FlowTestsRequest& request, Done done);
    Cancel backtest(const BacktestRequest& request, Done done);

private:
    using Work =
        std::function<std::string(const FlowTestBench& bench, const std::atomic<bool>& stop)>;

    Answer<FlowUnderTest> flow_under_test(FlowId flow, const VersionChoice& version);
    Answer<FlowUnderTest> draft_under_test(const store::Flow& flow);
    Answer<FlowUnderTest> version_under_test(FlowId flow, std::int64_t number);
    Answer<std::vector<FlowTestCase>> cases_of(const FlowTestsRequest& request);
    Answer<std::vector<store::RunSummary>> newest_runs(const BacktestRequest& request);
    Cancel begin(Work work, Done done);

    Parts parts_;
    JobThreads jobs_;
};

}  // namespace swiftgrid::control
