#include "control/webhook_listeners.h"

#include "base/limits.h"

namespace swiftgrid::control {

bool WebhookListeners::add(FlowId flow, std::shared_ptr<WebhookListener> listener) {
    const std::lock_guard lock(mutex_);
    if (count_ >= limits::webhook_listeners) return false;
    listeners_[flow].push_back(std::move(listener));
    ++count_;
    return true;
}

void WebhookListeners::remove(FlowId flow, const WebhookListener* listener) {
    const std::lock_guard lock(mutex_);
    const auto found = listeners_.find(flow);
    if (found == listeners_.end()) return;
    count_ -=
        std::erase_if(found->second, [&](const auto& known) { return known.get() == listener; });
    if (found->second.empty()) listeners_.erase(found);
}

bool WebhookListeners::has_any(FlowId flow) const {
    const std::lock_guard lock(mutex_);
    return listeners_.contains(flow);
}

void WebhookListeners::tell(FlowId flow, const std::string& json) const {
    Listeners listeners;
    {
        const std::lock_guard lock(mutex_);
        const auto found = listeners_.find(flow);
        if (found == listeners_.end()) return;
        listeners = found->second;
    }
    for (const auto& listener : listeners) listener->on_call(json);
}

}  // namespace swiftgrid::control
