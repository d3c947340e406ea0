#include <fmt/format.h>

#include "engine/advance.h"
#include "engine/commands/commands.h"

namespace swiftgrid::engine {
namespace {

bool may_start(Progress& progress) {
    const RunState& run = progress.run();
    if (run.exists()) {
        progress.turn.refuse(ErrorCode::conflict,
                             fmt::format("run {} was started already: it is {}", to_string(run.id),
                                         to_string(run.status)));
        return false;
    }
    return true;
}

}  // namespace

void handle_command(Progress& progress, const StartRun& command) {
    if (!may_start(progress)) return;
    progress.turn.emit(command.created);
    progress.turn.emit(RunStarted{});
    const auto count = static_cast<NodeIndex>(progress.plan.nodes.size());
    for (NodeIndex node = 0; node < count; ++node) {
        if (!progress.node(node).incoming.empty()) continue;
        enter(progress, node);
        if (is_final(progress.run().status)) return;
    }
    advance(progress);
}

}  // namespace swiftgrid::engine
