#include <fmt/format.h>

#include "engine/advance.h"
#include "engine/commands/commands.h"
#include "engine/follow.h"
#include "engine/node_input.h"

namespace swiftgrid::engine {

void handle_command(Progress& progress, const CompleteInput& command) {
    if (!require_attempt(progress, {command.node, command.attempt, NodeStatus::scheduled})) return;
    const std::size_t expected = progress.node(command.node).input.scripts().size();
    if (command.values.size() != expected) {
        progress.turn.refuse(
            ErrorCode::bad_request,
            fmt::format("node '{}' needs {} script values, got {}", progress.node(command.node).id,
                        expected, command.values.size()));
        return;
    }
    auto input = resolve_input_with(
        {progress.run(), progress.plan, command.node, progress.environment}, command.values);
    if (auto* error = std::get_if<RunError>(&input))
        fail_attempt(progress, FailNode{command.node, command.attempt, std::move(*error), 0,
                                        std::nullopt, std::nullopt});
    else
        start_attempt(
            progress, command.node, command.attempt,
            AttemptInput{std::move(std::get<JsonText>(input)),
                         progress.node(command.node).reads_secrets ? command.values
                                                                   : std::vector<JsonText>()});
    advance(progress);
}

}  // namespace swiftgrid::engine
