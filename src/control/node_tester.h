#pragma once

// Tries one node of a draft with given, pinned or past results of the nodes before it, and leaves
// no run behind.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/json.h"
#include "control/answer.h"
#include "control/flow_service.h"
#include "control/scratch_world.h"
#include "control/single_node.h"
#include "store/catalog.h"

namespace swiftgrid::control {

struct NodeTestRequest {
    FlowId flow;
    std::string node_id;
    std::map<std::string, JsonText> inputs;  // results by node id
    std::optional<JsonText> trigger;         // the last run's input when absent
};

class NodeTester {
public:
    struct Parts {
        store::Catalog& catalog;
        store::Backend& backend;
        runtime::PlanCache& plans;
        FlowService& flows;
        const model::NodeTypes& types;
        const engine::NodeBehaviours& behaviours;
        nodes::Performers& performers;
        runtime::ChildFlows& child_flows;
        const runtime::Vault& vault;
        const runtime::Clock& clock;
        IdSource& ids;
        // Script workers for one test.
        std::function<Result<std::unique_ptr<runtime::ScriptRunner>>()> make_scripts;
        // Runs work on a worker thread; false when too much waits.
        std::function<bool(std::function<void()>)> post;
    };
    explicit NodeTester(Parts parts);
    // Ends what is under way.
    ~NodeTester();

    NodeTester(const NodeTester&) = delete;
    NodeTester& operator=(const NodeTester&) = delete;

    using Done = std::function<void(Answer<std::string>)>;
    using Cancel = std::function<void()>;

    // Blocking while it prepares. `done` is called once, on any thread, with
    // { status, result, error, durationMs, logs }. The answer stops the test; any thread may call
    // it, once or never.
    Cancel test(const NodeTestRequest& request, Done done);

private:
    struct Test;
    struct Tests;

    static void finish(Tests& tests, Test& test);
    Answer<SingleNode> prepare(const NodeTestRequest& request);
    Answer<engine::StartRun> command_of(const NodeTestRequest& request, const SingleNode& single,
                                        const model::Plan& plan);
    Answer<std::shared_ptr<Test>> make(const NodeTestRequest& request);

    Parts parts_;
    std::shared_ptr<Tests> tests_;  // owners: this and the work that ends a test
};

}  // namespace swiftgrid::control
