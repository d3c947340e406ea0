#pragma once

// What a node works on: its input template evaluated against the run, or what its predecessors
// made when it has no template.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "engine/node_behaviour.h"
#include "engine/run_error.h"
#include "engine/run_scope.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace swiftgrid::engine {

// The template has scripts, which are evaluated elsewhere first.
struct NeedsScripts {
    Bindings bindings;
};

using NodeInput = std::variant<JsonText, NeedsScripts, RunError>;

// Whose input it is, and what its template may read.
struct InputOf {
    const RunState& run;
    const model::Plan& plan;
    NodeIndex node;
    const Environment& environment;
};

NodeInput resolve_input(const InputOf& of);

// With the values of the template's scripts. Requires one for each script.
std::variant<JsonText, RunError> resolve_input_with(const InputOf& of,
                                                    std::span<const JsonText> script_values);

// The input of an attempt that has begun, as it goes out: in an environment that holds what the
// recorded one leaves out. Requires a node that reads secrets.
std::variant<JsonText, RunError> input_with_secrets(const InputOf& of);

// What the template's scripts may read.
Bindings script_bindings(const RunState& run, const model::Plan& plan, NodeIndex node);

// What a performer asked to see.
Bindings performer_bindings(const RunState& run, const model::Plan& plan, NodeIndex node,
                            const Perform& perform);

// Why a value may not go on through the run: over a limit. Nothing when it may.
std::optional<RunError> over_limit(std::string_view what, const JsonText& value);

// { "id": result, … } of the nodes that have one, in the given order.
JsonText results_by_id(const RunState& run, const model::Plan& plan,
                       std::span<const NodeIndex> nodes);

}  // namespace swiftgrid::engine
