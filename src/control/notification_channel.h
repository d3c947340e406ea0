#pragma once

// A channel as it is used: where messages go, and what it wants to hear of. What people may write
// is read here.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "control/webhook_secrets.h"
#include "model/problem.h"
#include "runtime/redactor.h"
#include "store/notification_causes.h"
#include "store/notification_channels.h"

namespace swiftgrid::control {

namespace notification_event {
inline constexpr std::string_view failed = "run_failed";
inline constexpr std::string_view completed = "run_completed";
inline constexpr std::string_view cancelled = "run_cancelled";
inline constexpr std::string_view recovered = "run_recovered";
inline constexpr std::string_view slow = "run_slow";
inline constexpr std::string_view waiting = "run_waiting";
inline constexpr std::string_view unstarted = "schedule_not_started";
inline constexpr std::string_view test = "test";  // nobody asks for it
}  // namespace notification_event

// What of a channel nobody may see.
struct ChannelSecret {
    std::string url;
    WebhookSecrets signing;  // of a channel of type webhook

    static Result<ChannelSecret> parse(std::string_view text);
    std::string to_text() const;
};

struct Channel {
    store::NotificationChannel row;
    std::vector<std::string> events;
    std::optional<std::vector<FlowId>> flows;  // nothing: all
    ChannelSecret secret;
    std::optional<FlowId> owner = {};  // whose document it is an entry of (notification_entries.h)
    // Takes the address out of what is shown. Owners: the copies of this channel.
    std::shared_ptr<const runtime::Redactor> redactor;

    bool wants(std::string_view event, FlowId flow) const;
};
using ChannelPtr = std::shared_ptr<const Channel>;  // owners: the book, and who reads it

// Of what is stored.
Result<Channel> channel_of(store::NotificationChannel row, ChannelSecret secret);

// What together they want to be noted.
store::WantedCauses wanted_causes(const std::vector<ChannelPtr>& channels);

// The address for people: where it goes, without what lets one in.
std::string shown_url(std::string_view url);

// A channel from the members of a request; what is left out has its default, the address its old
// one. Whether its workflows exist is not looked at. `old` is the channel that is changed, if any.
std::expected<Channel, std::vector<model::Problem>> read_channel(const json::object& members,
                                                                 const Channel* old);

}  // namespace swiftgrid::control
