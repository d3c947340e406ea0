// How a shard keeps secrets out of what is recorded and shown: the engine records inputs without
// them, they go into an attempt when it is carried out, and are taken out of what comes back.

#include "base/overloaded.h"
#include "engine/node_input.h"
#include "runtime/redactor.h"
#include "runtime/shard.h"

namespace swiftgrid::runtime {
namespace {

struct PieceOfText {
    std::string member;  // "" when the text is all there is
    std::string text;
};

void redact_error(const Redactor& redactor, engine::RunError& error) {
    redactor.redact_in(error.message);
    if (error.details) redactor.redact_in(*error.details);
}

void redact_outcome(const Redactor& redactor, nodes::Outcome& outcome) {
    std::visit(Overloaded{[&](JsonText& result) { redactor.redact_in(result); },
                          [&](engine::RunError& error) { redact_error(redactor, error); }},
               outcome.result);
    if (outcome.extras) redactor.redact_in(*outcome.extras);
}

// Text that comes piece by piece, alone or as the only member of an object; other chunks are whole.
std::optional<PieceOfText> piece_of_text(const nodes::Chunk& chunk) {
    if (chunk.type != nodes::ChunkType::token && chunk.type != nodes::ChunkType::data)
        return std::nullopt;
    if (chunk.content.kind() == JsonKind::string)
        return PieceOfText{"", chunk.content.as_plain_text()};
    if (chunk.content.kind() != JsonKind::object) return std::nullopt;
    const json::value content = chunk.content.to_value();
    const json::object& object = content.get_object();
    if (object.size() != 1 || !object.begin()->value().is_string()) return std::nullopt;
    return PieceOfText{std::string(object.begin()->key()),
                       std::string(object.begin()->value().get_string())};
}

JsonText content_of(const PieceOfText& piece) {
    if (piece.member.empty()) return JsonText::string(piece.text);
    return JsonText::from(json::object{{piece.member, piece.text}});
}

}  // namespace

// True when the request holds what goes out. Otherwise the attempt has failed already.
bool Shard::put_secrets_in(const RunEntry& entry, nodes::PerformRequest& request) {
    if (!request.node().reads_secrets) return true;
    const OutgoingEnvironment environment(*vault_, parts_.resume_tokens);
    auto input =
        engine::input_with_secrets({entry.state, *entry.plan, request.key.node, environment});
    if (auto* value = std::get_if<JsonText>(&input)) {
        request.input = std::move(*value);
        return true;
    }
    // With the secrets it is too large, or one was deleted since it began.
    nodes::Outcome outcome;
    outcome.result = std::move(std::get<engine::RunError>(input));
    ++outside_in_flight_;
    inbox_.push(AttemptEnded{request.key, std::move(outcome)});
    return false;
}

// The vault's, and the one that knows the run's own resume tokens.
Shard::Redactors Shard::redactors_of(RunEntry& entry) const {
    if (!entry.token_redactor) {
        std::vector<std::string> tokens;
        if (parts_.resume_tokens)
            tokens = parts_.resume_tokens->tokens_of(entry.state.id, *entry.plan);
        entry.token_redactor =
            tokens.empty() ? no_tokens_ : std::make_shared<const Redactor>(tokens);
    }
    return {vault_->redactor(), entry.token_redactor};
}

void Shard::redact(RunEntry& entry, nodes::Outcome& outcome) const {
    for (const auto& redactor : redactors_of(entry)) redact_outcome(*redactor, outcome);
}

void Shard::redact(RunEntry& entry, JsonText& value) const {
    for (const auto& redactor : redactors_of(entry)) redactor->redact_in(value);
}

// What comes from outside may hold what some secret of this server is.
void Shard::redact_command(RunEntry& entry, engine::Command& command) const {
    std::visit(Overloaded{
                   [&](engine::StartRun& start) {
                       redact(entry, start.created.input);
                       for (auto& kept : start.kept) redact(entry, kept.result);
                   },
                   [&](engine::ResumeNode& resume) { redact(entry, resume.payload); },
                   [](auto&) {},
               },
               command);
}

// False when nothing of the chunk may be shown yet.
bool Shard::redact_chunk(RunEntry& entry, const nodes::AttemptKey& key, nodes::Chunk& chunk) {
    auto piece = piece_of_text(chunk);
    if (!piece) {
        redact(entry, chunk.content);
        return true;
    }
    auto& streams = streams_[{key, chunk.type, piece->member}];
    if (streams.empty())
        for (const auto& redactor : redactors_of(entry)) streams.emplace_back(redactor);
    for (RedactedStream& stream : streams) piece->text = stream.push(piece->text);
    chunk.content = content_of(*piece);
    return !piece->text.empty();
}

// What was held back of the texts of an attempt that has ended. `entry` may be null.
void Shard::end_streams(const nodes::AttemptKey& key, RunEntry* entry) {
    const engine::NodeState* node = entry ? &entry->state.nodes[key.node] : nullptr;
    const bool is_running =
        node && node->status == engine::NodeStatus::running && node->attempt == key.attempt;
    auto each = streams_.lower_bound({key, nodes::ChunkType{}, ""});
    while (each != streams_.end() && each->first.attempt == key) {
        PieceOfText rest{each->first.member, ""};
        for (RedactedStream& stream : each->second)
            rest.text = stream.push(rest.text) + stream.finish();
        if (is_running && !rest.text.empty())
            show(*entry, key.node, {each->first.type, content_of(rest)});
        each = streams_.erase(each);
    }
}

}  // namespace swiftgrid::runtime
