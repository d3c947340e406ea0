#include "engine/handle.h"

#include "base/assert.h"
#include "engine/commands/commands.h"

namespace swiftgrid::engine {

Turn handle(RunState& run, const model::Plan& plan, const NodeBehaviours& behaviours,
            const Command& command, Instant now, const Environment& environment) {
    SG_ASSERT(run.nodes.size() == plan.nodes.size(), "the plan is the run's");
    Turn turn(run, now);
    Progress progress{turn, plan, behaviours, environment, {}};
    std::visit([&](const auto& given) { handle_command(progress, given); }, command);
    SG_ASSERT(turn.rejection.has_value() == turn.events.empty(), "refused or something happened");
    return turn;
}

}  // namespace swiftgrid::engine
