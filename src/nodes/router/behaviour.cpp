#include "nodes/router/behaviour.h"

#include "nodes/router/route.h"

namespace swiftgrid::nodes::router {
namespace {

class Behaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText& input) const override {
        if (!conditions_of(node).empty()) return engine::Perform{};
        Route taken = route(node, routed_value(input), {});
        return engine::Continue{std::move(taken.result), std::move(taken.outputs)};
    }
};

}  // namespace

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::router
