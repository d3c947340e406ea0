#pragma once

// What a node type decides, purely: given its resolved input, what shall happen. The engine knows
// directives, never node types; adding a type therefore never edits the engine.

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
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
struct Refuse {
    RunError error;
};

using Directive = std::variant<Continue, Perform, Refuse>;

class NodeBehaviour {
public:
    virtual ~NodeBehaviour() = default;
    virtual Directive enter(const model::PlanNode& node, const JsonText& input) const = 0;
};

// The behaviours by type name; made by nodes/registry.cpp.
class NodeBehaviours {
public:
    virtual ~NodeBehaviours() = default;
    // Requires a type that the descriptors know and call available.
    virtual const NodeBehaviour& of(std::string_view type) const = 0;
};

}  // namespace swiftgrid::engine
