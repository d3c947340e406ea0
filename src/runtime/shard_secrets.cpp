// How a shard keeps secrets out of what is recorded and shown: the engine records inputs without
// them, they go into an attempt when it is carried out, and are taken out of what comes back.

#include "base/overloaded.h"
#include "engine/node_input.h"
#include "runtime/redactor.h"
#include "runtime/shard.h"

namespace swiftgrid::runtime {
namespace {

void redact_error(const Redactor& redactor, engine::RunError& error) {
    redactor.redact_in(error.message);
    if (error.details) redactor.redact_in(*error.details);
}

}  // namespace

// True when the request holds what goes out. Otherwise the attempt has failed already.
bool Shard::put_secrets_in(const RunEntry& entry, nodes::PerformRequest& request) {
    if (!request.node().reads_secrets || parts_.resume_tokens == nullptr) return true;
    auto input = engine::input_with_secrets(entry.state, *entry.plan, request.key.node,
                                            *parts_.resume_tokens);
    if (auto* value = std::get_if<JsonText>(&input)) {
        request.input = std::move(*value);
        return true;
    }
    // With the secrets it is too large.
    nodes::Outcome outcome;
    outcome.result = std::move(std::get<engine::RunError>(input));
    ++outside_in_flight_;
    inbox_.push(AttemptEnded{request.key, std::move(outcome)});
    return false;
}

std::optional<Redactor> Shard::redactor_of(const RunEntry& entry) const {
    if (parts_.resume_tokens == nullptr) return std::nullopt;
    const auto tokens = parts_.resume_tokens->tokens_of(entry.state.id, *entry.plan);
    if (tokens.empty()) return std::nullopt;
    return Redactor(tokens);
}

void Shard::redact(const RunEntry& entry, nodes::Outcome& outcome) const {
    const auto redactor = redactor_of(entry);
    if (!redactor) return;
    std::visit(Overloaded{[&](JsonText& result) { redactor->redact_in(result); },
                          [&](engine::RunError& error) { redact_error(*redactor, error); }},
               outcome.result);
    if (outcome.extras) redactor->redact_in(*outcome.extras);
}

void Shard::redact(const RunEntry& entry, JsonText& value) const {
    if (const auto redactor = redactor_of(entry)) redactor->redact_in(value);
}

}  // namespace swiftgrid::runtime
