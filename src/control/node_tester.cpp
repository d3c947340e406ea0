#include "control/node_tester.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/json_writer.h"
#include "engine/run_error.h"

namespace swiftgrid::control {
namespace {

using engine::NodeStatus;

Error busy() { return {ErrorCode::overloaded, "the server is busy; try again in a moment"}; }

engine::KeptNode kept_node(model::NodeIndex node, const std::optional<JsonText>& result) {
    engine::KeptNode kept;
    kept.node = node;
    kept.status = result ? NodeStatus::completed : NodeStatus::skipped;
    if (result) kept.result = *result;
    return kept;
}

// How the node ended; when it was stopped, why.
struct NodeEnd {
    NodeStatus status = NodeStatus::completed;
    std::optional<engine::RunError> error;
};

NodeEnd end_of(const runtime::ReplayedRun& run, model::NodeIndex node) {
    const engine::NodeState& state = run.state.nodes[node];
    if (state.status != NodeStatus::cancelled) return {state.status, state.error};
    if (run.state.status != engine::RunStatus::failed) return {NodeStatus::cancelled, std::nullopt};
    return {NodeStatus::failed,
            engine::make_run_error("timeout", fmt::format("the test was ended after {} s",
                                                          limits::node_test_ms / 1'000))};
}

void write_logs(std::string& out, const engine::NodeState& state,
                const std::vector<std::string>& notes) {
    const auto logs = state.extras ? state.extras->child(std::string("logs")) : std::nullopt;
    std::string lines(logs ? logs->view().substr(1, logs->size_bytes() - 2) : "");
    for (const std::string& note : notes) {
        if (!lines.empty()) lines += ',';
        ObjectWriter(lines).text("level", "info").text("text", note).end();
    }
    out += "[" + lines + "]";
}

std::string result_json(const runtime::ReplayedRun& run, model::NodeIndex node,
                        const std::vector<std::string>& notes) {
    const engine::NodeState& state = run.state.nodes[node];
    const NodeEnd end = end_of(run, node);
    std::string out;
    ObjectWriter object(out);
    object.text("status", engine::to_string(end.status));
    object.raw("result", state.result ? state.result->view() : "null");
    object.raw("error", end.error ? engine::to_json_text(*end.error).view() : "null");
    object.number("durationMs", state.duration_ms);
    write_logs(object.member("logs"), state, notes);
    object.end();
    return out;
}

// The newest run of the flow, as far as it got.
Result<std::optional<runtime::ReplayedRun>> last_run(store::Catalog& catalog,
                                                     store::Backend& backend,
                                                     runtime::PlanCache& plans, FlowId flow) {
    store::RunQuery query;
    query.flows = {flow};
    query.limit = 1;
    const auto page = catalog.list_runs(query);
    if (!page) return std::unexpected(page.error());
    if (page->items.empty()) return std::nullopt;
    auto run = runtime::replay_run(backend, plans, page->items.front().row.id);
    if (!run) return std::unexpected(run.error());
    return *std::move(run);
}

}  // namespace

struct NodeTester::Test {
    std::unique_ptr<ScratchWorld> world;
    RunId run;
    model::PlanPtr plan;
    engine::StartRun command;
    model::NodeIndex node = 0;
    Done done;
    bool is_over = false;
};

// Those under way, so that there are few and the end of the server ends them. A test is held by
// nothing that its own thread lets go of, because its world may not end there.
struct NodeTester::Tests {
    std::mutex mutex;
    std::condition_variable changed;
    std::list<std::shared_ptr<Test>> open;

    bool add(const std::shared_ptr<Test>& test) {
        const std::lock_guard lock(mutex);
        if (open.size() >= limits::node_tests) return false;
        open.push_back(test);
        return true;
    }
    // The caller lets go of it.
    std::shared_ptr<Test> remove(const Test* test) {
        const std::lock_guard lock(mutex);
        const auto found = std::ranges::find(open, test, &std::shared_ptr<Test>::get);
        if (found == open.end()) return nullptr;
        auto removed = std::move(*found);
        open.erase(found);
        changed.notify_all();
        return removed;
    }
    // No worker was free to clear it away.
    void note_over(Test& test) {
        const std::lock_guard lock(mutex);
        test.is_over = true;
        changed.notify_all();
    }
    std::list<std::shared_ptr<Test>> take_over() {
        const std::lock_guard lock(mutex);
        std::list<std::shared_ptr<Test>> over;
        for (auto test = open.begin(); test != open.end();) {
            const auto next = std::next(test);
            if ((*test)->is_over) over.splice(over.end(), open, test);
            test = next;
        }
        return over;
    }
};

NodeTester::NodeTester(Parts parts) : parts_(std::move(parts)), tests_(std::make_shared<Tests>()) {}

NodeTester::~NodeTester() {
    std::unique_lock lock(tests_->mutex);
    for (const auto& test : tests_->open) test->world->cancel();
    tests_->changed.wait(lock, [this] {
        return std::ranges::all_of(tests_->open, [](const auto& test) { return test->is_over; });
    });
}

NodeTester::Cancel NodeTester::test(const NodeTestRequest& request, Done done) {
    auto made = make(request);
    if (!made) {
        done(std::unexpected(std::move(made.error())));
        return [] {};
    }
    const std::shared_ptr<Test> test = *std::move(made);
    test->done = std::move(done);
    tests_->take_over();
    if (!tests_->add(test)) {
        test->done(refuse(busy()));
        return [] {};
    }
    const auto on_end = [post = parts_.post, tests = tests_, test = test.get()] {
        if (post([tests, test] { finish(*tests, *test); })) return;
        test->done(refuse(busy()));
        tests->note_over(*test);
    };
    auto started = test->world->start(test->run, test->plan, std::move(test->command), on_end);
    if (!started) {
        test->done(refuse(started.error()));
        tests_->remove(test.get());
    }
    return [weak = std::weak_ptr(test)] {
        if (const auto open = weak.lock()) open->world->cancel();
    };
}

void NodeTester::finish(Tests& tests, Test& test) {
    auto run = test.world->result();
    if (run)
        test.done(result_json(*run, test.node, test.world->notes()));
    else
        test.done(refuse(run.error()));
    tests.remove(&test);
}

Answer<std::shared_ptr<NodeTester::Test>> NodeTester::make(const NodeTestRequest& request) {
    auto single = prepare(request);
    if (!single) return std::unexpected(std::move(single.error()));
    auto plan =
        runtime::plan_of_graph_text(single->document.id, single->document.text, parts_.types);
    if (!plan) return refuse(plan.error());
    auto command = command_of(request, *single, **plan);
    if (!command) return std::unexpected(std::move(command.error()));
    auto scripts = parts_.make_scripts();
    if (!scripts) return refuse(scripts.error());
    auto test = std::make_shared<Test>();
    test->run = RunId{parts_.ids.next()};
    test->plan = *plan;
    test->command = std::move(*command);
    test->node = *(*plan)->find(request.node_id);
    test->world = std::make_unique<ScratchWorld>(
        ScratchParts{parts_.clock, parts_.types, parts_.behaviours, parts_.performers,
                     parts_.child_flows, parts_.backend, parts_.vault, std::move(*scripts)});
    return test;
}

// Problems of other nodes do not matter.
Answer<SingleNode> NodeTester::prepare(const NodeTestRequest& request) {
    auto flow = parts_.catalog.get_flow(request.flow);
    if (!flow) return refuse(flow.error());
    auto single = cut_down(flow->draft, request.node_id, parts_.types);
    if (!single) return single;
    for (const auto& [id, result] : request.inputs)
        if (std::ranges::find(single->upstream, id) == single->upstream.end())
            return refuse(ErrorCode::invalid_document,
                          fmt::format("inputs: '{}' does not come before '{}'; give results of "
                                      "nodes that lead to it",
                                      id, request.node_id));
    auto problems = parts_.flows.problems_of(flow->draft, request.flow);
    std::erase_if(problems, [&](const model::Problem& problem) {
        return problem.severity != model::Severity::error ||
               !problem.pointer.starts_with(single->pointer + "/") ||
               problem.code == "error_branch_unconnected";
    });
    if (!problems.empty())
        return refuse_document("the node has errors and cannot be tested", std::move(problems));
    return single;
}

Answer<engine::StartRun> NodeTester::command_of(const NodeTestRequest& request,
                                                const SingleNode& single, const model::Plan& plan) {
    auto last = last_run(parts_.catalog, parts_.backend, parts_.plans, request.flow);
    if (!last) return refuse(last.error());
    const auto result_of = [&](const std::string& id) -> std::optional<JsonText> {
        if (const auto given = request.inputs.find(id); given != request.inputs.end())
            return given->second;
        if (const auto pinned = single.pinned.find(id); pinned != single.pinned.end())
            return pinned->second;
        const auto node = *last ? (*last)->plan->find(id) : std::nullopt;
        return node ? (*last)->state.nodes[*node].result : std::nullopt;
    };
    engine::StartRun command;
    engine::RunCreated& created = command.created;
    created.flow = request.flow;
    created.graph = plan.graph_id;
    created.input = request.trigger ? *request.trigger
                    : *last         ? (*last)->state.created.input
                                    : JsonText();
    created.deadline = parts_.clock.now() + Duration{limits::node_test_ms};
    const auto recorded = record_snapshots(snapshot_calls(plan), [this](const std::string& called) {
        return parts_.flows.active_version(called);
    });
    created.snapshots = recorded.versions;
    command.enter_at = plan.find(request.node_id);
    for (const model::NodeIndex node : plan.topological)
        if (node != *command.enter_at)
            command.kept.push_back(kept_node(node, result_of(plan.nodes[node].id)));
    return command;
}

}  // namespace swiftgrid::control
