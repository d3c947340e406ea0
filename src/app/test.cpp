#include "app/test.h"

#include <atomic>
#include <thread>

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/files.h"
#include "app/printable.h"
#include "control/flow_test_runner.h"
#include "model/validate.h"
#include "nodes/registry.h"
#include "runtime/plan_cache.h"
#include "sandbox/script_pool.h"

namespace swiftgrid::app {
namespace {

// Of one of the two files.
int refuse_tests(const std::string& file, control::Refusal refusal, bool as_json) {
    refusal.error.message = fmt::format("{}: {}", file, printable(refusal.error.message));
    return failed(refusal, as_json);
}

control::Answer<control::FlowUnderTest> read_flow(const json::value& document,
                                                  const model::NodeTypes& types, IdSource& ids) {
    auto read = model::read_and_validate(document, types);
    if (!read.flow || model::has_errors(read.problems))
        return control::refuse_document("the flow has errors and cannot be tested",
                                        std::move(read.problems));
    const std::string text = canonical_json(read.flow->graph_document);
    auto plan = runtime::plan_of_graph_text(graph_id_of(text), text, types);
    if (!plan) return control::refuse(plan.error());
    control::FlowUnderTest flow{FlowId{ids.next()}, std::nullopt, *plan, std::nullopt};
    if (read.flow->timeout_ms > 0) flow.timeout_ms = read.flow->timeout_ms;
    return flow;
}

void print_value(const char* what, const std::optional<json::value>& value) {
    if (value)
        fmt::print("            {} {}\n", what, printable(to_json(*value)));
    else
        fmt::print("            {} nothing\n", what);
}

void print_case(const control::FlowTestResult& result) {
    fmt::print("  {}  {}\n", result.passed ? "ok  " : "FAIL", printable(result.name));
    if (result.problem) {
        fmt::print("        {}: {}\n", printable(result.problem->pointer),
                   printable(result.problem->detail));
        if (!result.problem->mend.empty())
            fmt::print("        {}\n", printable(result.problem->mend));
    }
    for (const control::Difference& difference : result.differences) {
        fmt::print("        {}\n", printable(difference.pointer));
        print_value("expected", difference.expected);
        print_value("found   ", difference.found);
    }
    const json::value* error = result.run.if_contains("error");
    if (!result.passed && error && error->is_object() && error->get_object().contains("message"))
        fmt::print("        the run failed: {}\n",
                   printable(std::string_view(error->get_object().at("message").as_string())));
}

void print_share(const char* what, std::size_t missed, std::size_t whole,
                 const std::vector<std::string>& names) {
    const std::size_t part = whole - missed;
    fmt::print("{}  {} of {} ({} %)", what, part, whole, control::percent_of(part, whole));
    if (!names.empty())
        fmt::print(", not reached: {}", printable(fmt::to_string(fmt::join(names, ", "))));
    fmt::print("\n");
}

void print_report(const std::string& file, const control::FlowTestReport& report) {
    fmt::print("{}\n", file);
    for (const control::FlowTestResult& result : report.results) print_case(result);
    if (report.stopped) fmt::print("{}\n", report.stopped->message);
    const std::size_t failed = report.failed_count();
    fmt::print("{} passed, {} failed\n", report.results.size() - failed, failed);
    const auto nodes = report.coverage.missed_nodes();
    print_share("steps   ", nodes.size(), report.coverage.node_count(), nodes);
    std::vector<std::string> branches;
    for (const control::FlowBranch& branch : report.coverage.missed_branches())
        branches.push_back(branch.node_id + "/" + branch.handle);
    print_share("branches", branches.size(), report.coverage.branch_count(), branches);
}

control::FlowTestReport run_cases(const control::FlowTestBench& bench,
                                  const control::FlowUnderTest& flow,
                                  const std::vector<control::FlowTestCase>& cases,
                                  TerminationSignals& signals) {
    std::atomic<bool> stop = false;
    std::thread stopper([&] {
        signals.wait();
        stop = true;
    });
    auto report = control::run_flow_tests(bench, flow, cases, stop);
    TerminationSignals::raise();
    stopper.join();
    return report;
}

}  // namespace

std::string tests_file_of(const std::string& flow_file) {
    constexpr std::string_view ending = ".json";
    const std::string stem = flow_file.ends_with(ending)
                                 ? flow_file.substr(0, flow_file.size() - ending.size())
                                 : flow_file;
    return stem + ".tests.json";
}

int run_test(const TestOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals) {
    const std::string tests_file =
        options.tests_file.empty() ? tests_file_of(options.flow_file) : options.tests_file;
    auto document = read_json_file(options.flow_file);
    if (!document) return failed(document.error(), options.json);
    auto tests = read_json_file(tests_file);
    if (!tests) return failed(tests.error(), options.json);
    auto cases = control::read_flow_tests(*tests);
    if (!cases) return refuse_tests(tests_file, cases.error(), options.json);

    const runtime::SystemClock clock;
    runtime::SystemIdSource ids(clock);
    const model::NodeTypes types = nodes::make_node_types();
    auto flow = read_flow(*document, types, ids);
    if (!flow) return refuse_tests(options.flow_file, flow.error(), options.json);
    auto pool = sandbox::ScriptPool::create(zygote, {.workers = 1});
    if (!pool) return failed(pool.error(), options.json);
    runtime::SandboxScriptRunner scripts(**pool);
    const auto behaviours = nodes::make_node_behaviours();
    const auto performers = nodes::make_script_performers();
    const runtime::Vault vault;
    const control::FlowTestBench bench{types, *behaviours, performers,     scripts,
                                       clock, ids,         vault.content()};
    const auto report = run_cases(bench, *flow, *cases, signals);
    if (options.json)
        fmt::print("{}\n", to_pretty_json(control::flow_test_report_json(report)));
    else
        print_report(options.flow_file, report);
    return report.passed() ? exit_done : exit_failed;
}

}  // namespace swiftgrid::app
