#pragma once

// Scenario texts: a graph, then commands, each followed by exactly what must come of it.
//
//     scenario a_failure_takes_its_branch
//     node a onError=branch
//     node b type=instant input={"why":"{{a.error.message}}"}
//     edge a.error -> b
//     start {"x":1}
//       RUN_CREATED input={"x":1}            an event, as explain() writes it
//       -> PerformNode a#1 input={"x":1}     an effect
//     fail a timeout: too slow
//       ...
//     complete a {"late":true}
//       refused conflict: node 'a' is failed, not running
//
// Node options: type, join, onError, outputs, chosen, binds (comma-separated lists), retries, those
// of the types that wait (test_nodes.h), input (JSON, to the end of the line). `run` options before
// the first command: deadline=MS, depth=N, budget=N, snapshot=FLOW:NUMBER, secret=OWN:VAULT.
// Commands: start JSON, complete NODE[#N] JSON [=> outputs], fail NODE[#N] CODE: MESSAGE (`busy`
// is worth a retry), fail-after MS NODE …, input NODE[#N] JSON-array, resume NODE JSON,
// child NODE[#N][[ITEM]] completed JSON | failed MESSAGE | cancelled, wait MS (timers fire), keep
// NODE JSON and enter NODE (before start), cancel REASON, crash. `#` starts a comment line.

#include <string>
#include <string_view>
#include <vector>

#include "tests/scenarios/run_under_test.h"

namespace swiftgrid::testing {

struct ScenarioStep {
    std::string command;
    std::vector<std::string> expected;
};

struct Scenario {
    std::string name;
    std::vector<std::string> head;  // lines before the first command, as written
    std::vector<ScenarioStep> steps;
};

std::vector<Scenario> parse_scenarios(std::string_view text);
std::string print_scenarios(const std::vector<Scenario>& scenarios);

// What really comes of the steps. `problem` is the first thing that is wrong with the run itself.
struct ScenarioOutcome {
    std::vector<ScenarioStep> steps;
    std::string problem;
};
ScenarioOutcome run_scenario(const Scenario& scenario);

// The run after all steps.
RunUnderTest play_scenario(const Scenario& scenario);

}  // namespace swiftgrid::testing
