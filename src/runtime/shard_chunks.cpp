// How live output of running nodes gets to those who watch: behind the events that came before it,
// which may not be on disk yet, and before those that come after it.

#include <algorithm>

#include "base/assert.h"
#include "nodes/script_outcome.h"
#include "runtime/shard.h"

namespace swiftgrid::runtime {

void Shard::handle_attempt_shows(AttemptShows& shows) {
    const bool is_text =
        shows.chunk.type == nodes::ChunkType::token || shows.chunk.type == nodes::ChunkType::data;
    RunEntry* entry = runs_.find(shows.key.run);
    if (entry == nullptr && (is_text || parts_.hub.is_watched(shows.key.run))) {
        auto loaded = load(shows.key.run);
        if (loaded) entry = *loaded;
    }
    if (entry == nullptr) return;  // evicted to save memory, and nobody looks
    const engine::NodeState& node = entry->state.nodes[shows.key.node];
    if (node.status != engine::NodeStatus::running || node.attempt != shows.key.attempt)
        return forget_if_over(*entry);
    if (is_text && std::ranges::find(entry->show_text, shows.key.node) == entry->show_text.end())
        entry->show_text.push_back(shows.key.node);
    if (redact_chunk(*entry, shows.key, shows.chunk))
        show(*entry, shows.key.node, std::move(shows.chunk));
}

void Shard::handle_live_logs(const sandbox::LiveLogs& logs) {
    const auto found = pending_scripts_.find(logs.id);
    if (found == pending_scripts_.end()) return;  // a preview, or cancelled meanwhile
    PendingScript& pending = found->second;
    RunEntry* entry = runs_.find(pending.request.key.run);
    SG_ASSERT(entry != nullptr, "a run with a script in flight stays in memory");
    pending.lines_shown += logs.lines.size();
    for (const sandbox::LogLine& line : logs.lines)
        show_log_line(*entry, pending.request.key.node, line);
}

// What was printed in the last moments came only with the reply. The event that follows holds it
// too, so that it is of use only to those who follow the chunks.
void Shard::show_rest_of_logs(PendingScript& pending, const sandbox::Reply& reply) {
    const nodes::AttemptKey& key = pending.request.key;
    if (reply.logs.size() <= pending.lines_shown || !parts_.hub.is_watched(key.run)) return;
    RunEntry* entry = runs_.find(key.run);
    for (std::size_t i = pending.lines_shown; i < reply.logs.size(); ++i)
        show_log_line(*entry, key.node, reply.logs[i]);
}

void Shard::show_log_line(RunEntry& entry, model::NodeIndex node, const sandbox::LogLine& line) {
    JsonText content = JsonText::trusted(nodes::log_line_json(line));
    redact(entry, content);
    show(entry, node, {nodes::ChunkType::log, std::move(content)});
}

void Shard::show(const RunEntry& entry, model::NodeIndex node, nodes::Chunk chunk) {
    const Instant now = parts_.clock.now();
    const auto building = building_index_.find(entry.state.id);
    PartOfRun* part = building == building_index_.end() ? nullptr : &building_[building->second];
    if (part == nullptr && entry.durable_sequence != entry.state.last_sequence) {
        const auto sealed = std::ranges::find(sealed_, entry.state.id, &PartOfRun::run);
        SG_ASSERT(sealed != sealed_.end(), "undurable events are in a batch");
        part = &*sealed;
    }
    if (part == nullptr)
        parts_.hub.publish_chunk(entry.state.id, entry.plan->nodes[node].id, chunk, now);
    else
        part->chunks.push_back({part->events.size(), node, std::move(chunk), now});
}

void Shard::publish_chunks(const PartOfRun& part, std::size_t& next, std::size_t after_events) {
    for (; next < part.chunks.size() && part.chunks[next].after_events <= after_events; ++next) {
        const ChunkOfPart& shown = part.chunks[next];
        parts_.hub.publish_chunk(part.run, part.plan->nodes[shown.node].id, shown.chunk, shown.at);
    }
}

// Kept are the chunks of the attempt that runs: each event about a node or the run ends them.
void Shard::forget_chunks(const PartOfRun& part, const engine::Event& event) {
    if (!parts_.hub.has_chunks()) return;
    std::visit(
        [&]<typename Body>(const Body& body) {
            if constexpr (requires { body.node; })
                parts_.hub.forget_chunks(part.run, part.plan->nodes[body.node].id);
            else
                parts_.hub.forget_chunks(part.run);
        },
        event.body);
}

}  // namespace swiftgrid::runtime
