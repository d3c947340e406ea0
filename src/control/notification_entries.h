#pragma once

// Whom the documents of flows tell of the ends of runs: the lists of their active versions, in
// memory. An entry is a channel of its own flow that has no row: its id follows from what it is, so
// the same entry of the next version is the same one. Thread-safe.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "control/notification_channel.h"
#include "runtime/vault.h"
#include "store/catalog.h"
#include "store/notification_causes.h"

namespace swiftgrid::control {

class NotificationEntries {
public:
    explicit NotificationEntries(store::NotificationCauses& causes) : causes_(causes) {}

    // Before the first run is taken.
    Result<void> load(store::Catalog& catalog);

    // What the flow's active version says, as on disk. Called before that is answered, so whoever
    // was told that it is published can rely on it.
    void put(FlowId flow, const std::optional<std::string>& notifications);
    void erase(FlowId flow);

    // In the order of the document.
    using Entries = std::shared_ptr<const std::vector<ChannelPtr>>;  // owners: this, its readers
    Entries of(FlowId flow) const;                                   // never null
    // Null: the active version does not have it (any more).
    ChannelPtr find(FlowId flow, ChannelId entry) const;
    // The flows that have some, behind `after`.
    std::vector<FlowId> flows(FlowId after, std::size_t limit) const;

private:
    store::NotificationCauses& causes_;
    mutable std::mutex mutex_;  // for the length of a look-up
    std::map<FlowId, Entries> entries_;
    const Entries none_ = std::make_shared<const std::vector<ChannelPtr>>();
};

// `list` is that of a document; what is not of the form of an entry is passed over.
std::vector<ChannelPtr> entries_of(FlowId flow, const json::value& list);

// The entry with the address that it has now; the error says why nothing can be sent.
Result<ChannelPtr> with_address(const Channel& entry, const runtime::VaultContent& vault);

}  // namespace swiftgrid::control
