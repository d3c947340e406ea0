#include "runtime/outside_stand_in.h"

#include "base/assert.h"

namespace swiftgrid::runtime {

class OutsideStandIn::Behaviour : public engine::NodeBehaviour {
public:
    Behaviour(const engine::NodeBehaviour& real, OutsideStandIn& owner)
        : real_(real), owner_(owner) {}

    engine::Directive enter(const model::PlanNode& node, const JsonText& input) const override {
        return owner_.enter(real_, node, input);
    }

    engine::Directive resume(const model::PlanNode& node, const JsonText& input,
                             const engine::WakeReason& reason) const override {
        return real_.resume(node, input, reason);
    }

private:
    const engine::NodeBehaviour& real_;
    OutsideStandIn& owner_;
};

OutsideStandIn::OutsideStandIn(const DryRunParts& parts, const model::Plan& plan,
                               const engine::RunState& run, OutsideWorld& world)
    : parts_(parts), plan_(plan), run_(run), world_(world) {
    for (const model::NodeDescriptor& type : parts.types.all())
        if (type.available)
            behaviours_.emplace(type.type,
                                std::make_unique<Behaviour>(parts.behaviours.of(type.type), *this));
}

OutsideStandIn::~OutsideStandIn() = default;

const engine::NodeBehaviour& OutsideStandIn::of(std::string_view type) const {
    const auto found = behaviours_.find(type);
    SG_ASSERT(found != behaviours_.end(), "plans hold available types only");
    return *found->second;
}

std::optional<OutsideReply> OutsideStandIn::take_reply(model::NodeIndex node,
                                                       std::uint32_t attempt) {
    auto taken = replies_.extract(node);
    if (taken.empty()) return std::nullopt;
    SG_ASSERT(taken.mapped().attempt == attempt, "the attempt that began is the one performed");
    return std::move(taken.mapped().reply);
}

// What the node would refuse, or knows without asking, it decides itself.
engine::Directive OutsideStandIn::enter(const engine::NodeBehaviour& real,
                                        const model::PlanNode& node, const JsonText& input) {
    engine::Directive directive = real.enter(node, input);
    const auto index = static_cast<model::NodeIndex>(&node - plan_.nodes.data());
    if (!is_asked(directive, node)) return directive;
    const std::uint32_t attempt = attempt_to_begin(index);
    OutsideReply reply = world_.answer({node, attempt, input});
    if (std::holds_alternative<NobodyCalls>(reply)) {
        SG_ASSERT(std::holds_alternative<engine::AwaitSignal>(directive),
                  "only a wait for a call is left to its time");
        return directive;
    }
    if (auto* answer = std::get_if<OutsideAnswer>(&reply); answer && answer->result_if_absorbed) {
        auto* error = std::get_if<engine::RunError>(&answer->outcome.result);
        SG_ASSERT(error != nullptr, "only a failure is absorbed");
        return engine::Refuse{std::move(*error), std::move(answer->result_if_absorbed)};
    }
    replies_.insert_or_assign(index, Answered{attempt, std::move(reply)});
    return engine::Perform{};
}

// As the run counts them, whatever became of those before: a node is entered before its attempt is
// noted as begun.
std::uint32_t OutsideStandIn::attempt_to_begin(model::NodeIndex node) const {
    const engine::NodeState& state = run_.nodes[node];
    SG_ASSERT(state.status == engine::NodeStatus::scheduled ||
                  state.status == engine::NodeStatus::retrying,
              "scheduled before it starts");
    return state.attempt + 1;
}

bool OutsideStandIn::is_asked(const engine::Directive& directive,
                              const model::PlanNode& node) const {
    if (std::holds_alternative<engine::Continue>(directive) ||
        std::holds_alternative<engine::Refuse>(directive))
        return false;
    const bool needs_nobody = std::holds_alternative<engine::Sleep>(directive) ||
                              (std::holds_alternative<engine::Perform>(directive) &&
                               parts_.performers.contains(node.descriptor->type));
    return !needs_nobody || world_.replaces(node);
}

}  // namespace swiftgrid::runtime
