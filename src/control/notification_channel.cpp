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

// The parts of an address that may be shown back to us by the other side, each a secret.
std::vector<std::string> secret_parts(const std::string& url) {
    std::vector<std::string> parts;
    const auto scheme_end = url.find("://");
    const auto begin = scheme_end == std::string::npos ? std::string::npos
                                                       : url.find_first_of("/?", scheme_end + 3);
    const auto path = begin == std::string::npos ? std::string() : url.substr(begin);
    // A shorter one would be found everywhere.
    if (path.size() >= limits::secret_characters_min) parts.push_back(path);
    const auto last = path.rfind('/');
    if (last != std::string::npos && path.size() - last > limits::secret_characters_min)
        parts.push_back(path.substr(last + 1));
    const auto at = scheme_end == std::string::npos ? scheme_end : url.find('@', scheme_end);
    if (at != std::string::npos && at < begin)
        parts.push_back(url.substr(scheme_end + 3, at - scheme_end - 3));
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
