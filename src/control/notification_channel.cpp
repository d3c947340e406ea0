#include "control/notification_channel.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "net/url.h"

namespace swiftgrid::control {
namespace {

namespace event = notification_event;

Error damaged_channel() {
    return {ErrorCode::storage_error, "what is stored of a notification channel is damaged"};
}

// What of an address the other side may show back to us, each a secret: which of its parts lets one
// in is known only to who made it.
std::vector<std::string> secret_parts(std::string_view url) {
    std::vector<std::string> parts;
    // A shorter one would be found everywhere.
    const auto add = [&](std::string_view part) {
        if (part.size() >= limits::secret_characters_min) parts.emplace_back(part);
    };
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return parts;
    std::string_view rest = url.substr(scheme_end + 3);
    const std::string_view place = rest.substr(0, rest.find_first_of("/?#"));
    rest.remove_prefix(place.size());
    if (const auto at = place.rfind('@'); at != std::string_view::npos) {
        const std::string_view user = place.substr(0, at);
        add(user);
        add(user.substr(user.find(':') + 1));
    }
    add(rest);
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find_first_of("/?&#"));
        add(part);
        add(part.substr(part.find('=') + 1));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    return parts;
}

}  // namespace

Result<ChannelSecret> ChannelSecret::parse(std::string_view text) {
    const auto tree = parse_json(text);
    if (!tree || !tree->is_object()) return std::unexpected(damaged_channel());
    auto signing = WebhookSecrets::parse(text_at(tree->get_object(), "signing"));
    if (!signing) return std::unexpected(signing.error());
    return ChannelSecret{std::string(text_at(tree->get_object(), "url")), *std::move(signing)};
}

std::string ChannelSecret::to_text() const {
    return to_json(json::object{{"url", url}, {"signing", signing.to_text()}});
}

bool Channel::wants(std::string_view event, FlowId flow) const {
    return row.enabled && std::ranges::find(events, event) != events.end() &&
           (!flows || std::ranges::find(*flows, flow) != flows->end());
}

Result<Channel> channel_of(store::NotificationChannel row, ChannelSecret secret) {
    Channel channel;
    const auto events = parse_json(row.events);
    if (!events || !events->is_array()) return std::unexpected(damaged_channel());
    for (const json::value& name : events->get_array()) {
        if (!name.is_string()) return std::unexpected(damaged_channel());
        channel.events.emplace_back(name.get_string());
    }
    if (row.flows) {
        const auto flows = parse_json(*row.flows);
        if (!flows || !flows->is_array()) return std::unexpected(damaged_channel());
        channel.flows.emplace();
        for (const json::value& id : flows->get_array()) {
            const auto flow = id.is_string() ? parse_id<FlowId>(std::string_view(id.get_string()))
                                             : Result<FlowId>(std::unexpected(damaged_channel()));
            if (!flow) return std::unexpected(damaged_channel());
            channel.flows->push_back(*flow);
        }
    }
    channel.redactor = std::make_shared<runtime::Redactor>(secret_parts(secret.url));
    channel.row = std::move(row);
    channel.secret = std::move(secret);
    return channel;
}

store::WantedCauses wanted_causes(const std::vector<ChannelPtr>& channels) {
    store::WantedCauses wanted;
    for (const ChannelPtr& channel : channels) {
        if (!channel->row.enabled) continue;
        for (const std::string& name : channel->events) {
            const bool of_both = name == event::recovered || name == event::slow;
            wanted.failed |= name == event::failed || of_both;
            wanted.completed |= name == event::completed || of_both;
            wanted.cancelled |= name == event::cancelled;
            wanted.unstarted |= name == event::unstarted;
        }
    }
    return wanted;
}

std::string shown_url(std::string_view url) {
    const auto parsed = net::parse_url(url);
    if (!parsed) return "…";
    const std::string_view port = parsed->scheme == "https" ? ":443" : ":80";
    std::string place = parsed->host_and_port();
    if (place.ends_with(port)) place.resize(place.size() - port.size());
    const auto scheme_end = url.find("://");
    const auto rest = url.find_first_of("/?#", scheme_end + 3);
    const bool is_bare = rest == std::string_view::npos || url.substr(rest) == "/";
    return fmt::format("{}://{}{}", parsed->scheme, place, is_bare ? "" : "/…");
}

}  // namespace swiftgrid::control
