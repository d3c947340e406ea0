#pragma once

// When which entry of a document has to be looked at for a message. There may be as many as there
// are flows, so they are not all asked in each turn, as the few channels are.

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/instant.h"
#include "base/notification_ids.h"

namespace swiftgrid::control {

class NotificationAgenda {
public:
    void put(ChannelId entry, Instant at) {
        remove(entry);
        times_[entry] = at;
        order_.emplace(at, entry);
    }
    void remove(ChannelId entry) {
        const auto found = times_.find(entry);
        if (found == times_.end()) return;
        order_.erase({found->second, entry});
        times_.erase(found);
    }
    std::optional<std::pair<Instant, ChannelId>> first() const {
        return order_.empty() ? std::nullopt : std::optional(*order_.begin());
    }

private:
    std::map<ChannelId, Instant> times_;
    std::set<std::pair<Instant, ChannelId>> order_;
};

}  // namespace swiftgrid::control
