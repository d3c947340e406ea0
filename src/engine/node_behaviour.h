#pragma once

// What a node type decides, purely: given its resolved input, what shall happen. The engine knows
// directives, never node types; adding a type therefore never edits the engine.

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "engine/event.h"
#include "engine/run_error.h"
#include "model/plan.h"

namespace swiftgrid::engine {

// The node is done at once.
struct Continue {
    JsonText output;
    std::optional<std::vector<std::string>> outputs;
};
// A performer carries it out. `binds` names the roots (`$trigger`, node ids) that it wants to see;
// roots without a value are left out.
struct Perform {
    std::vector<std::string> binds;
    bool binds_all_upstream = false;  // besides them the results of all upstream nodes
};
// The result when onError `continue` absorbs it; none: `{ error }`.
struct Refuse {
    RunError error;
    std::optional<JsonText> result = {};
};
// Go on after a time, or at one. Zero, or an instant that is past, goes on at once.
struct Sleep {
    std::variant<Duration, Instant> until;
};
// Wait for a signal from outside, at most so long.
struct AwaitSignal {
    Duration at_most;
};
// Run another flow. Its input is the node's input.
struct CallFlow {
    std::string flow;  // id
    JsonText version;  // "latest", "snapshot", a number, or a version's id
    SecretNames secrets;
    std::optional<Duration> at_most;
};
// Run another flow for every element of the list in the input's member `items_member`.
struct FanOut {
    CallFlow call;  // at_most: for the whole node
    std::uint32_t total = 0;
    std::uint32_t concurrency = 1;
    std::uint32_t retries_max = 0;
    bool continue_on_error = true;
    bool collect_results = true;
    std::string items_member;
    std::string mapping_member;
    std::string item_variable;
    std::string index_variable;
};

using Directive = std::variant<Continue, Perform, Refuse, Sleep, AwaitSignal, CallFlow, FanOut>;

// Why a node that waited goes on.
struct TimerFired {
    Duration planned;  // how long it was to wait
};
struct WaitExpired {};
struct FanOutSettled {
    JsonText results;  // [{ status, value | reason, index }] in the order of the items
    std::uint32_t total = 0;
    std::uint32_t succeeded = 0;
    std::uint32_t failed = 0;
    std::int64_t duration_ms = 0;
};
using WakeReason = std::variant<TimerFired, WaitExpired, SignalReceived, ChildEnded, FanOutSettled>;

class NodeBehaviour {
public:
    virtual ~NodeBehaviour() = default;
    virtual Directive enter(const model::PlanNode& node, const JsonText& input) const = 0;

    // The node goes on after it waited: Continue or Refuse. The default is for types that never
    // wait.
    virtual Directive resume(const model::PlanNode& node, const JsonText& input,
                             const WakeReason& reason) const;

    // The run may not make the call that the node decided on.
    virtual Refuse refuse_call(const model::PlanNode& node, RunError error) const;
};

// The behaviours by type name; made by nodes/registry.cpp.
class NodeBehaviours {
public:
    virtual ~NodeBehaviours() = default;
    // Requires a type that the descriptors know and call available.
    virtual const NodeBehaviour& of(std::string_view type) const = 0;
};

}  // namespace swiftgrid::engine
