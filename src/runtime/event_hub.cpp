#include "runtime/event_hub.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"

namespace swiftgrid::runtime {
namespace {

std::string_view to_string(nodes::ChunkType type) {
    switch (type) {
        case nodes::ChunkType::progress: return "progress";
        case nodes::ChunkType::data: return "data";
        case nodes::ChunkType::token: return "token";
        case nodes::ChunkType::log: return "log";
        case nodes::ChunkType::error: return "error";
        case nodes::ChunkType::complete: return "complete";
    }
    return "data";
}

struct ChunkFields {
    RunId run;
    std::string_view node_id;
    std::size_t index;
    nodes::ChunkType type;
    std::string_view content;  // JSON
    std::optional<std::size_t> offset;
    Instant at;
};

std::string chunk_json(const ChunkFields& fields) {
    std::string out = R"({"runId":)";
    append_json_string(out, swiftgrid::to_string(fields.run));
    out += R"(,"nodeId":)";
    append_json_string(out, fields.node_id);
    out += R"(,"index":)";
    out += std::to_string(fields.index);
    out += R"(,"type":)";
    append_json_string(out, to_string(fields.type));
    out += R"(,"content":)";
    out += fields.content;
    if (fields.offset) out += R"(,"offset":)" + std::to_string(*fields.offset);
    out += R"(,"at":)";
    append_json_string(out, to_rfc3339(fields.at));
    out += '}';
    return out;
}

}  // namespace

std::vector<PublishedChunk> EventHub::watch_run(RunId run, std::shared_ptr<RunWatcher> watcher) {
    const std::lock_guard lock(mutex_);
    run_watchers_[run].push_back(std::move(watcher));
    ++run_watcher_count_;
    std::vector<PublishedChunk> so_far;
    const auto found = chunks_.find(run);
    if (found == chunks_.end()) return so_far;
    for (const auto& [id, node] : found->second) {
        for (const KeptChunk& chunk : node.kept) {
            so_far.push_back({chunk.text});
            if (chunk.text) continue;
            const JsonText tokens = JsonText::string(chunk.tokens);
            so_far.back().text = std::make_shared<const std::string>(
                chunk_json({run, id, chunk.index, nodes::ChunkType::token, tokens.view(),
                            chunk.offset, chunk.at}));
        }
    }
    return so_far;
}

void EventHub::unwatch_run(RunId run, const RunWatcher* watcher) {
    const std::lock_guard lock(mutex_);
    const auto found = run_watchers_.find(run);
    if (found == run_watchers_.end()) return;
    const auto removed = std::erase_if(
        found->second, [&](const auto& candidate) { return candidate.get() == watcher; });
    run_watcher_count_ -= removed;
    if (found->second.empty()) run_watchers_.erase(found);
}

void EventHub::watch_runs(std::shared_ptr<RunsWatcher> watcher) {
    const std::lock_guard lock(mutex_);
    runs_watchers_.push_back(std::move(watcher));
    runs_watcher_count_ = runs_watchers_.size();
}

void EventHub::unwatch_runs(const RunsWatcher* watcher) {
    const std::lock_guard lock(mutex_);
    std::erase_if(runs_watchers_,
                  [&](const auto& candidate) { return candidate.get() == watcher; });
    runs_watcher_count_ = runs_watchers_.size();
}

bool EventHub::is_watched(RunId run) const {
    if (run_watcher_count_.load(std::memory_order_relaxed) == 0) return false;
    const std::lock_guard lock(mutex_);
    return run_watchers_.contains(run);
}

std::vector<std::shared_ptr<RunWatcher>> EventHub::watchers_of(RunId run) const {
    const std::lock_guard lock(mutex_);
    const auto found = run_watchers_.find(run);
    if (found == run_watchers_.end()) return {};
    return found->second;
}

// Watchers are called outside the lock, so that one may unwatch itself.
void EventHub::publish_event(RunId run, const PublishedEvent& event) {
    for (const auto& watcher : watchers_of(run)) watcher->on_event(event);
}

void EventHub::publish_chunk(RunId run, const std::string& node_id, const nodes::Chunk& chunk,
                             Instant at) {
    PublishedChunk published;
    std::vector<std::shared_ptr<RunWatcher>> watchers;
    {
        const std::lock_guard lock(mutex_);
        NodeChunks& node = chunks_[run][node_id];
        runs_with_chunks_ = chunks_.size();
        KeptChunk kept;
        kept.index = node.next_index++;
        kept.at = at;
        std::optional<std::size_t> offset;
        if (chunk.type == nodes::ChunkType::token) {
            kept.tokens = chunk.content.as_plain_text();
            offset = kept.offset = node.next_offset;
            node.next_offset += utf16_length(kept.tokens);
        }
        published.text = std::make_shared<const std::string>(
            chunk_json({run, node_id, kept.index, chunk.type, chunk.content.view(), offset, at}));
        if (!offset) kept.text = published.text;
        keep_locked(node, std::move(kept));
        // Who watches from here on finds it among those kept.
        const auto found = run_watchers_.find(run);
        if (found != run_watchers_.end()) watchers = found->second;
    }
    for (const auto& watcher : watchers) watcher->on_chunk(published);
}

void EventHub::keep_locked(NodeChunks& node, KeptChunk chunk) {
    const std::size_t bytes = chunk.bytes();
    while (!node.kept.empty() && (node.bytes + bytes > limits::chunk_bytes_per_node ||
                                  kept_bytes_ + bytes > limits::chunk_bytes)) {
        const std::size_t oldest = node.kept.front().bytes();
        node.kept.pop_front();
        node.bytes -= oldest;
        kept_bytes_ -= oldest;
    }
    if (bytes > limits::chunk_bytes_per_node || kept_bytes_ + bytes > limits::chunk_bytes) return;
    node.bytes += bytes;
    kept_bytes_ += bytes;
    const bool follows = !node.kept.empty() && !chunk.text && !node.kept.back().text &&
                         node.kept.back().bytes() + bytes <= limits::merged_chunk_bytes;
    if (!follows) {
        node.kept.push_back(std::move(chunk));
        return;
    }
    node.kept.back().tokens += chunk.tokens;
    node.kept.back().at = chunk.at;
}

void EventHub::forget_locked(NodeChunks& node) {
    kept_bytes_ -= node.bytes;
    node = {};
}

void EventHub::forget_chunks(RunId run, const std::string& node_id) {
    const std::lock_guard lock(mutex_);
    const auto found = chunks_.find(run);
    if (found == chunks_.end()) return;
    const auto node = found->second.find(node_id);
    if (node == found->second.end()) return;
    forget_locked(node->second);
    found->second.erase(node);
    if (found->second.empty()) chunks_.erase(found);
    runs_with_chunks_ = chunks_.size();
}

void EventHub::forget_chunks(RunId run) {
    const std::lock_guard lock(mutex_);
    const auto found = chunks_.find(run);
    if (found == chunks_.end()) return;
    for (auto& [id, node] : found->second) forget_locked(node);
    chunks_.erase(found);
    runs_with_chunks_ = chunks_.size();
}

std::vector<std::shared_ptr<RunsWatcher>> EventHub::runs_watchers() const {
    const std::lock_guard lock(mutex_);
    return runs_watchers_;
}

void EventHub::publish_run(const store::RunRow& row) {
    for (const auto& watcher : runs_watchers()) watcher->on_run(row);
}

void EventHub::publish_run_deleted(RunId run, FlowId flow) {
    for (const auto& watcher : runs_watchers()) watcher->on_run_deleted(run, flow);
}

}  // namespace swiftgrid::runtime
