#include "control/flow_heads.h"

#include <mutex>

#include "base/limits.h"
#include "control/snapshots.h"

namespace swiftgrid::control {

std::optional<std::int64_t> time_limit(const std::optional<std::int64_t>& timeout_ms) {
    return timeout_ms.value_or(0) > 0 ? timeout_ms : std::nullopt;
}

std::optional<FlowHead> FlowHeads::find(FlowId flow) const {
    const std::shared_lock lock(mutex_);
    const auto found = heads_.find(flow);
    if (found == heads_.end()) return std::nullopt;
    return found->second;
}

void FlowHeads::put(FlowId flow, const FlowHead& head) {
    const std::unique_lock lock(mutex_);
    ++changes_;
    insert_locked(flow, head);
}

void FlowHeads::erase(FlowId flow) {
    const std::unique_lock lock(mutex_);
    ++changes_;
    heads_.erase(flow);
}

std::uint64_t FlowHeads::changes() const {
    const std::shared_lock lock(mutex_);
    return changes_;
}

void FlowHeads::put_if_unchanged(FlowId flow, const FlowHead& head, std::uint64_t changes) {
    const std::unique_lock lock(mutex_);
    if (changes_ == changes) insert_locked(flow, head);
}

void FlowHeads::insert_locked(FlowId flow, const FlowHead& head) {
    // A cache may forget: a full one starts again.
    if (heads_.size() >= limits::flow_heads) heads_.clear();
    heads_[flow] = head;
}

VersionHead head_of(const store::Version& version) {
    return {version.number, version.graph_id, time_limit(version.timeout_ms),
            read_snapshots(version.snapshots)};
}

Result<FlowHead> read_head(store::Catalog& catalog, const store::Flow& flow) {
    FlowHead head{flow.draft.name, flow.draft.graph_id, time_limit(flow.draft.timeout_ms),
                  std::nullopt};
    if (flow.active_version) {
        auto version = catalog.get_version(flow.id, *flow.active_version);
        if (!version) return std::unexpected(version.error());
        head.active = head_of(*version);
    }
    return head;
}

Result<FlowHead> find_or_read_head(FlowHeads& heads, store::Catalog& catalog, FlowId id) {
    if (auto head = heads.find(id)) return *std::move(head);
    const std::uint64_t changes = heads.changes();
    auto flow = catalog.get_flow(id);
    if (!flow) return std::unexpected(flow.error());
    auto head = read_head(catalog, *flow);
    if (head) heads.put_if_unchanged(id, *head, changes);
    return head;
}

}  // namespace swiftgrid::control
