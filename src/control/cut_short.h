#pragma once

// The behaviours of the product, but nobody waits: what would sleep or wait for a call goes on at
// once as if that had happened. Belongs to the thread of one shard.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/node_behaviour.h"
#include "model/node_descriptor.h"
#include "model/plan.h"
#include "runtime/clock.h"

namespace swiftgrid::control {

class CutShort : public engine::NodeBehaviours {
public:
    CutShort(const engine::NodeBehaviours& behaviours, const model::NodeTypes& types,
             const runtime::Clock& clock);
    ~CutShort() override;

    const engine::NodeBehaviour& of(std::string_view type) const override;

    // What is cut short of this plan's nodes is noted. Before the shard runs.
    void watch(model::PlanPtr plan) { plan_ = std::move(plan); }
    // When the shard has ended its work.
    const std::vector<std::string>& notes() const { return notes_; }

private:
    class Behaviour;

    void note(const model::PlanNode& node, std::string text);

    std::map<std::string, std::unique_ptr<Behaviour>, std::less<>> behaviours_;  // by type
    model::PlanPtr plan_;
    std::vector<std::string> notes_;
};

}  // namespace swiftgrid::control
