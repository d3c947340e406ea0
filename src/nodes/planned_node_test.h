#pragma once

// A node as a plan holds it, for tests of behaviours: read, filled with defaults and compiled like
// every other.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/node_behaviour.h"
#include "model/flow_json.h"
#include "nodes/registry.h"

namespace swiftgrid::nodes {

class PlannedNode {
public:
    PlannedNode(std::string_view type, std::string_view data) {
        const std::string document = R"({"graph":{"nodes":[{"id":"step","type":")" +
                                     std::string(type) + R"(","data":)" + std::string(data) +
                                     "}]}}";
        std::vector<model::Problem> problems;
        const auto flow = model::read_flow(parse_json(document).value(), types_, problems);
        EXPECT_TRUE(flow.has_value()) << document;
        auto plan = model::make_plan(*flow, types_, {});
        EXPECT_TRUE(plan.has_value()) << plan.error().message;
        plan_ = *plan;
    }

    const model::PlanNode& node() const { return plan_->nodes.front(); }

    engine::Directive enter(std::string_view input) const {
        return behaviour().enter(node(), JsonText::parse(input).value());
    }
    engine::Directive resume(const engine::WakeReason& reason) const {
        return behaviour().resume(node(), JsonText(), reason);
    }
    engine::Refuse refuse_call(const std::string& code) const {
        return behaviour().refuse_call(node(), engine::make_run_error(code, "not that deep"));
    }

private:
    const engine::NodeBehaviour& behaviour() const {
        return behaviours_->of(node().descriptor->type);
    }

    const model::NodeTypes types_ = make_node_types();
    const std::unique_ptr<engine::NodeBehaviours> behaviours_ = make_node_behaviours();
    model::PlanPtr plan_;
};

// The result of a directive that goes on; the message of one that does not.
inline std::string result_of(const engine::Directive& directive) {
    if (const auto* done = std::get_if<engine::Continue>(&directive))
        return std::string(done->output.view());
    const auto* refused = std::get_if<engine::Refuse>(&directive);
    return refused ? "refused: " + refused->error.message : "neither done nor refused";
}

inline engine::Refuse refusal_of(const engine::Directive& directive) {
    const auto* refused = std::get_if<engine::Refuse>(&directive);
    EXPECT_NE(refused, nullptr) << result_of(directive);
    return refused ? *refused : engine::Refuse{};
}

}  // namespace swiftgrid::nodes
