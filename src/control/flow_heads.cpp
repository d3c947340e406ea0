#include "control/flow_heads.h"

#include <mutex>

#include "base/limits.h"

namespace swiftgrid::control {

std::optional<FlowHead> FlowHeads::find(FlowId flow) const {
    const std::shared_lock lock(mutex_);
    const auto found = heads_.find(flow);
    if (found == heads_.end()) return std::nullopt;
    return found->second;
}

void FlowHeads::put(FlowId flow, const FlowHead& head) {
    const std::unique_lock lock(mutex_);
    // A cache may forget: a full one starts again.
    if (heads_.size() >= limits::flow_heads) heads_.clear();
    heads_[flow] = head;
}

void FlowHeads::erase(FlowId flow) {
    const std::unique_lock lock(mutex_);
    heads_.erase(flow);
}

}  // namespace swiftgrid::control
