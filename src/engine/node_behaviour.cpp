#include "engine/node_behaviour.h"

namespace swiftgrid::engine {

Directive NodeBehaviour::resume(const model::PlanNode& node, const JsonText&,
                                const WakeReason&) const {
    return Refuse{make_run_error("internal_error", "node '" + node.id + "' never waits"),
                  std::nullopt};
}

}  // namespace swiftgrid::engine
