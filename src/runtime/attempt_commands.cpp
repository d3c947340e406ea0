#include "runtime/attempt_commands.h"

#include "base/limits.h"
#include "nodes/script_outcome.h"

namespace swiftgrid::runtime {

engine::Command command_of(const nodes::AttemptKey& key, nodes::Outcome outcome) {
    if (auto* error = std::get_if<engine::RunError>(&outcome.result)) {
        engine::FailNode command{key.node,
                                 key.attempt,
                                 std::move(*error),
                                 outcome.duration_ms,
                                 std::move(outcome.extras),
                                 outcome.retry_after_ms};
        return command;
    }
    engine::CompleteNode command{key.node,
                                 key.attempt,
                                 std::move(std::get<JsonText>(outcome.result)),
                                 std::move(outcome.outputs),
                                 outcome.duration_ms,
                                 std::move(outcome.extras)};
    return command;
}

engine::Command input_command_of(const nodes::AttemptKey& key, sandbox::Reply& reply) {
    engine::FailNode failure{key.node,     key.attempt, {}, reply.duration_us / 1000,
                             std::nullopt, std::nullopt};
    if (auto* error = std::get_if<sandbox::ScriptError>(&reply.outcome)) {
        failure.error = nodes::run_error_of(*error);
        return failure;
    }
    engine::CompleteInput command{key.node, key.attempt, {}};
    for (auto& result : std::get<std::vector<sandbox::ExpressionResult>>(reply.outcome)) {
        if (auto* error = std::get_if<sandbox::ScriptError>(&result.outcome)) {
            failure.error = nodes::run_error_of(*error);
            return failure;
        }
        command.values.push_back(
            std::move(std::get<sandbox::ExpressionValue>(result.outcome).value));
    }
    return command;
}

sandbox::Call input_call_of(const model::PlanNode& node, engine::EvaluateInput& effect) {
    sandbox::Expressions expressions;
    for (const expr::Script& script : node.input.scripts())
        expressions.sources.push_back(script.source);
    for (auto& [name, value] : effect.bindings)
        expressions.bindings.push_back({name, std::move(value)});
    sandbox::Call call;
    call.work = std::move(expressions);
    call.time_ms = limits::script_time_ms;
    return call;
}

}  // namespace swiftgrid::runtime
