#pragma once

// Who watches the calls of a flow's webhook in a browser. Test calls are taken only while somebody
// does. In memory: a listener is a connection. Thread-safe.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"

namespace swiftgrid::control {

class WebhookListener {
public:
    virtual ~WebhookListener() = default;
    // `json` is the call as the API shows it. Must only enqueue.
    virtual void on_call(const std::string& json) = 0;
};

class WebhookListeners {
public:
    // False when too many listen already. The listener is held until it is removed.
    bool add(FlowId flow, std::shared_ptr<WebhookListener> listener);
    void remove(FlowId flow, const WebhookListener* listener);

    bool has_any(FlowId flow) const;
    void tell(FlowId flow, const std::string& json) const;

private:
    using Listeners = std::vector<std::shared_ptr<WebhookListener>>;

    mutable std::mutex mutex_;
    std::unordered_map<FlowId, Listeners> listeners_;
    std::size_t count_ = 0;
};

}  // namespace swiftgrid::control
