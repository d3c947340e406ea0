#include "engine/node_behaviour.h"

namespace swiftgrid::engine {

Directive NodeBehaviour::resume(const model::PlanNode& node, const JsonText&,
                                const WakeReason&) const {
    return Refuse{make_run_error("internal_error", "node '" + node.id + "' never waits"),
                  std::nullopt};
}

Refuse NodeBehaviour::refuse_call(const model::PlanNode&, RunError error) const {
    return Refuse{std::move(error), std::nullopt};
}

}  // namespace swiftgrid::engine
