#include "engine/commands/commands.h"
#include "engine/finish.h"

namespace swiftgrid::engine {

void handle_command(Progress& progress, const CancelRun& command) {
    if (!require_open_run(progress)) return;
    cancel_run(progress, command.reason);
}

}  // namespace swiftgrid::engine
