#pragma once

// The behaviours of the product, but what would ask the outside is asked of an OutsideWorld when
// its attempt begins. Belongs to one dry run.

#include <map>
#include <memory>
#include <string>

#include "engine/node_behaviour.h"
#include "engine/run_state.h"
#include "model/node_descriptor.h"
#include "runtime/dry_run.h"

namespace swiftgrid::runtime {

class OutsideStandIn : public engine::NodeBehaviours {
public:
    // Borrows all four; the run is the one that the engine works on.
    OutsideStandIn(const DryRunParts& parts, const model::Plan& plan, const engine::RunState& run,
                   OutsideWorld& world);
    ~OutsideStandIn() override;

    const engine::NodeBehaviour& of(std::string_view type) const override;

    // What was answered for an attempt that is to be performed; nothing when it is the sandbox's.
    std::optional<OutsideReply> take_reply(model::NodeIndex node, std::uint32_t attempt);

private:
    class Behaviour;
    struct Answered {
        std::uint32_t attempt;
        OutsideReply reply;
    };

    engine::Directive enter(const engine::NodeBehaviour& real, const model::PlanNode& node,
                            const JsonText& input);
    bool is_asked(const engine::Directive& directive, const model::PlanNode& node) const;
    std::uint32_t attempt_to_begin(model::NodeIndex node) const;

    const DryRunParts& parts_;
    const model::Plan& plan_;
    const engine::RunState& run_;
    OutsideWorld& world_;
    std::map<std::string, std::unique_ptr<Behaviour>, std::less<>> behaviours_;  // by type
    std::map<model::NodeIndex, Answered> replies_;
};

}  // namespace swiftgrid::runtime
