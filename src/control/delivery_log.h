#pragma once

// What became of the calls of webhooks, written behind their backs: while one commit is under way
// the next ones gather, so that however many calls come there is one write per commit. Under more
// load than can be written the newest are left out: a call never waits for its line in the log.

#include <mutex>
#include <vector>

#include "control/metrics.h"
#include "store/webhooks.h"

namespace swiftgrid::control {

class DeliveryLog {
public:
    // `stored` and this outlive the committer. Without `metrics` nothing is counted.
    explicit DeliveryLog(store::Webhooks& stored, ControlMetrics* metrics = nullptr)
        : stored_(stored), metrics_(metrics) {}

    // Any thread; never waits.
    void add(store::WebhookDelivery delivery);

private:
    void write(std::vector<store::WebhookDelivery> deliveries);
    void written();

    store::Webhooks& stored_;
    ControlMetrics* metrics_;
    std::mutex mutex_;
    std::vector<store::WebhookDelivery> waiting_;
    bool is_writing_ = false;
};

}  // namespace swiftgrid::control
