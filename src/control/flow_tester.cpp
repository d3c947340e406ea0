#include "control/flow_tester.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "control/backtest.h"
#include "control/flow_heads.h"
#include "control/flow_test_draft.h"
#include "control/json_writer.h"
#include "runtime/run_table.h"

namespace swiftgrid::control {
namespace {

constexpr const char* no_tests = R"({"tests":[]})";

FlowView tests_view(const store::FlowTestsRow& row) {
    const json::value document = parse_json(row.tests.empty() ? no_tests : row.tests)
                                     .value_or(json::object{{"tests", json::array()}});
    std::string text;
    ObjectWriter object(text);
    object.raw("tests", to_json(document.at("tests")));
    object.number("revision", row.revision);
    object.text_or_null("updatedBy", row.updated_by);
    object.time("updatedAt", row.revision > 0 ? std::optional(row.updated_at) : std::nullopt);
    object.end();
    return {std::move(text), row.revision};
}

}  // namespace

FlowTester::FlowTester(Parts parts) : parts_(std::move(parts)), jobs_(limits::flow_test_jobs) {}

Answer<FlowView> FlowTester::get(FlowId flow) {
    const auto row = parts_.stored.get(flow);
    if (!row) return refuse(row.error());
    return tests_view(*row);
}

Answer<FlowView> FlowTester::save(FlowId flow, std::int64_t revision, const json::value& body,
                                  const std::string& actor) {
    if (const auto cases = read_flow_tests(body); !cases) return std::unexpected(cases.error());
    store::FlowTestsRow row{revision, to_json(body), actor, parts_.clock.now()};
    if (row.tests.size() > limits::flow_test_bytes)
        return refuse(ErrorCode::too_large,
                      fmt::format("the tests of a flow have at most {} bytes, these have {}; "
                                  "shorten their mocks",
                                  limits::flow_test_bytes, row.tests.size()));
    const auto saved = parts_.stored.put(flow, row);
    if (!saved) return refuse(saved.error());
    row.revision = *saved;
    return tests_view(row);
}

Answer<std::string> FlowTester::make_case(FlowId flow, RunId run) {
    FlowTestDraft draft;
    const auto replayed = runtime::replay_run(
        parts_.backend, parts_.plans, run, std::nullopt,
        [&](const engine::Event& event, const model::Plan& plan) { draft.note(event, plan); });
    if (!replayed) return refuse(replayed.error());
    if (replayed->state.created.flow != flow)
        return refuse(ErrorCode::not_found, "this flow has no run with this id");
    if (!engine::is_final(replayed->state.status))
        return refuse(ErrorCode::conflict, "the run has not ended yet; wait for its end");
    if (replayed->state.status == engine::RunStatus::cancelled)
        return refuse(ErrorCode::conflict,
                      "the run was cancelled, which nobody does to a test; choose a run that "
                      "completed or failed");
    const std::string name = fmt::format("as run {}", to_string(run).substr(0, 8));
    return to_json(draft.to_json(name, replayed->state));
}

FlowTester::Cancel FlowTester::run(const FlowTestsRequest& request, Done done) {
    auto flow = flow_under_test(request.flow, request.version);
    auto cases = flow ? cases_of(request) : std::unexpected(flow.error());
    if (!cases) {
        done(std::unexpected(cases.error()));
        return [] {};
    }
    return begin(
        [flow = *std::move(flow), cases = *std::move(cases)](const FlowTestBench& bench,
                                                             const std::atomic<bool>& stop) {
            return to_json(flow_test_report_json(run_flow_tests(bench, flow, cases, stop)));
        },
        std::move(done));
}

FlowTester::Cancel FlowTester::backtest(const BacktestRequest& request, Done done) {
    auto flow = flow_under_test(request.flow, request.version);
    auto runs = flow ? newest_runs(request) : std::unexpected(flow.error());
    if (!runs) {
        done(std::unexpected(runs.error()));
        return [] {};
    }
    const ReadRecorded read = [this](RunId run, const runtime::EventVisitor& visit) {
        return runtime::replay_run(parts_.backend, parts_.plans, run, std::nullopt, visit);
    };
    return begin(
        [flow = *std::move(flow), runs = *std::move(runs), read](const FlowTestBench& bench,
                                                                 const std::atomic<bool>& stop) {
            return to_json(backtest_report_json(run_backtest(bench, flow, runs, read, stop)));
        },
        std::move(done));
}

FlowTester::Cancel FlowTester::begin(Work work, Done done) {
    const auto shared_done = std::make_shared<Done>(std::move(done));
    auto stop = jobs_.begin([this, work = std::move(work),
                             shared_done](const std::atomic<bool>& stopped) {
        auto scripts = parts_.make_scripts();
        if (!scripts) return (*shared_done)(refuse(scripts.error()));
        const FlowTestBench bench{parts_.types, parts_.behaviours, parts_.performers,     **scripts,
                                  parts_.clock, parts_.ids,        parts_.vault.content()};
        (*shared_done)(work(bench, stopped));
    });
    if (stop) return stop;
    (*shared_done)(
        refuse(ErrorCode::overloaded,
               "other tests are running, or the server has no thread to spare; try again later"));
    return [] {};
}

Answer<FlowUnderTest> FlowTester::flow_under_test(FlowId id, const VersionChoice& version) {
    if (const auto* numbered = std::get_if<NumberedVersion>(&version))
        return version_under_test(id, numbered->number);
    auto flow = parts_.catalog.get_flow(id);
    if (!flow) return refuse(flow.error());
    if (std::holds_alternative<DraftVersion>(version)) return draft_under_test(*flow);
    if (!flow->active_version)
        return refuse(ErrorCode::conflict, "the flow has no published version; publish it first");
    return version_under_test(id, *flow->active_version);
}

Answer<FlowUnderTest> FlowTester::draft_under_test(const store::Flow& flow) {
    auto problems = parts_.flows.problems_of(flow.draft, flow.id);
    if (model::has_errors(problems))
        return refuse_document("the draft has errors and cannot be tested", std::move(problems));
    auto plan = runtime::plan_of_graph_text(flow.draft.graph_id, flow.draft.graph, parts_.types);
    if (!plan) return refuse(plan.error());
    return FlowUnderTest{flow.id, std::nullopt, *std::move(plan),
                         time_limit(flow.draft.timeout_ms)};
}

Answer<FlowUnderTest> FlowTester::version_under_test(FlowId flow, std::int64_t number) {
    const auto version = parts_.catalog.get_version(flow, number);
    if (!version) return refuse(version.error());
    const VersionHead head = head_of(*version);
    auto plan = parts_.plans.get(head.graph);
    if (!plan) return refuse(plan.error());
    return FlowUnderTest{flow, number, *std::move(plan), head.timeout_ms};
}

Answer<std::vector<FlowTestCase>> FlowTester::cases_of(const FlowTestsRequest& request) {
    if (request.tests) return read_flow_tests(*request.tests);
    const auto row = parts_.stored.get(request.flow);
    if (!row) return refuse(row.error());
    const auto document = parse_json(row->tests.empty() ? no_tests : row->tests);
    if (!document) return refuse(document.error());
    return read_flow_tests(*document);
}

Answer<std::vector<store::RunSummary>> FlowTester::newest_runs(const BacktestRequest& request) {
    store::RunQuery query;
    query.flows = {request.flow};
    query.statuses = {"completed", "failed"};
    std::vector<store::RunSummary> runs;
    for (std::size_t pages = 0; pages < limits::backtest_run_pages && runs.size() < request.runs;
         ++pages) {
        query.limit = request.runs - runs.size();
        auto page = parts_.catalog.list_runs(query);
        if (!page) return refuse(page.error());
        std::move(page->items.begin(), page->items.end(), std::back_inserter(runs));
        if (!page->next_cursor) break;
        query.cursor = *page->next_cursor;
    }
    return runs;
}

}  // namespace swiftgrid::control
