#include "control/delivery_log.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

// Calls that are refused for the same reason are one line, also when others come between:
// strangers cannot fill what waits.
bool count_with(std::vector<store::WebhookDelivery>& waiting,
                const store::WebhookDelivery& delivery) {
    if (delivery.outcome != "refused") return false;
    const auto known = std::ranges::find_if(waiting, [&](const store::WebhookDelivery& each) {
        return each.flow == delivery.flow && each.outcome == delivery.outcome &&
               each.code == delivery.code && each.detail == delivery.detail;
    });
    if (known == waiting.end()) return false;
    known->count += delivery.count;
    known->received_at = delivery.received_at;
    known->remote_address = delivery.remote_address;
    return true;
}

// Refusals of ever new reasons leave room for what was started.
std::size_t room_for(const store::WebhookDelivery& delivery) {
    return delivery.outcome == "refused" ? limits::webhook_deliveries_waiting / 2
                                         : limits::webhook_deliveries_waiting;
}

}  // namespace

void DeliveryLog::add(store::WebhookDelivery delivery) {
    if (metrics_) metrics_->webhook_deliveries.add({delivery.outcome});
    std::vector<store::WebhookDelivery> deliveries;
    {
        const std::lock_guard lock(mutex_);
        if (count_with(waiting_, delivery)) return;
        if (waiting_.size() >= room_for(delivery)) return;
        waiting_.push_back(std::move(delivery));
        if (is_writing_) return;
        is_writing_ = true;
        deliveries.swap(waiting_);
    }
    write(std::move(deliveries));
}

void DeliveryLog::write(std::vector<store::WebhookDelivery> deliveries) {
    // A log line that cannot be written harms nobody: the run has its own events.
    stored_.record(std::move(deliveries), [this](const Result<void>&) { written(); });
}

void DeliveryLog::written() {
    std::vector<store::WebhookDelivery> deliveries;
    {
        const std::lock_guard lock(mutex_);
        deliveries.swap(waiting_);
        is_writing_ = !deliveries.empty();
        if (!is_writing_) return;
    }
    write(std::move(deliveries));
}

}  // namespace swiftgrid::control
