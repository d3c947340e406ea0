// notification_channel.h: what people may write.

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/limits.h"
#include "control/answer.h"
#include "control/notification_channel.h"
#include "net/url.h"

namespace swiftgrid::control {
namespace {

namespace event = notification_event;

constexpr std::array<std::string_view, 7> event_names{
    event::failed, event::completed, event::cancelled, event::recovered,
    event::slow,   event::waiting,   event::unstarted};

constexpr std::array<std::string_view, 9> member_names{
    "type",         "name",    "url",          "events",
    "flowIds",      "enabled", "slowerThanMs", "waitingLongerThanMs",
    "gatherSeconds"};

bool is_channel_name(std::string_view name) {
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    return !name.empty() && character_count(name) <= limits::notification_name_characters &&
           std::ranges::none_of(name, is_control) && !name.starts_with(' ') && !name.ends_with(' ');
}

// Reads one member after the other and collects what is wrong.
class ChannelReader {
public:
    ChannelReader(const json::object& members, const Channel* old) : members_(members), old_(old) {
        if (old) channel_.row = old->row;
        if (old) channel_.secret = old->secret;
    }

    std::expected<Channel, std::vector<model::Problem>> read() {
        refuse_unknown();
        read_type();
        read_name();
        read_url();
        read_events();
        read_flows();
        channel_.row.enabled = flag("enabled", true);
        channel_.row.disabled_because.clear();
        channel_.row.slower_than_ms = threshold("slowerThanMs", event::slow);
        channel_.row.waiting_longer_than_ms = threshold("waitingLongerThanMs", event::waiting);
        channel_.row.gather_seconds =
            number("gatherSeconds", 0, limits::notification_gather_seconds_max)
                .value_or(limits::notification_gather_seconds);
        if (!problems_.empty()) return std::unexpected(std::move(problems_));
        return std::move(channel_);
    }

private:
    void wrong(std::string pointer, std::string code, std::string detail, std::string mend) {
        problems_.push_back(
            problem_at(std::move(pointer), std::move(code), std::move(detail), std::move(mend)));
    }

    const json::value* member(std::string_view name) const {
        const json::value* value = members_.if_contains(name);
        return value && !value->is_null() ? value : nullptr;
    }

    std::optional<std::string> text(std::string_view name) {
        const json::value* value = member(name);
        if (!value) return std::nullopt;
        if (value->is_string()) return std::string(value->get_string());
        wrong(fmt::format("/{}", name), "wrong_type", fmt::format("{}: expected a text", name),
              "put it into quotes");
        return std::nullopt;
    }

    bool flag(std::string_view name, bool otherwise) {
        const json::value* value = member(name);
        if (!value) return otherwise;
        if (value->is_bool()) return value->get_bool();
        wrong(fmt::format("/{}", name), "wrong_type",
              fmt::format("{}: expected true or false", name), "write one of them");
        return otherwise;
    }

    std::optional<std::int64_t> number(std::string_view name, std::int64_t least,
                                       std::int64_t most) {
        const json::value* value = member(name);
        if (!value) return std::nullopt;
        if (value->is_int64() && value->get_int64() >= least && value->get_int64() <= most)
            return value->get_int64();
        wrong(fmt::format("/{}", name), "invalid_value",
              fmt::format("{}: expected a whole number from {} to {}", name, least, most),
              "write a number between them");
        return std::nullopt;
    }

    // Only with its event, and then it must be there.
    std::optional<std::int64_t> threshold(std::string_view name, std::string_view of) {
        const bool is_wanted = std::ranges::find(channel_.events, of) != channel_.events.end();
        const auto value = number(name, 1, limits::notification_threshold_ms_max);
        if (is_wanted && !member(name))
            wrong(fmt::format("/{}", name), "missing_field",
                  fmt::format("{}: '{}' needs it", name, of),
                  "write how many milliseconds are too long");
        return is_wanted ? value : std::nullopt;
    }

    void refuse_unknown() {
        for (const auto& each : members_) {
            const std::string_view key = each.key();
            if (std::ranges::find(member_names, key) != member_names.end()) continue;
            if (problems_.size() >= limits::problems) return;
            wrong("/" + std::string(key.substr(0, 100)), "unknown_field",
                  fmt::format("a channel has no member '{}'", key.substr(0, 100)),
                  fmt::format("these are there: {}", fmt::join(member_names, ", ")));
        }
    }

    void read_type() {
        const auto type = text("type");
        if (type && *type != "webhook" && *type != "slack" && *type != "discord")
            wrong("/type", "invalid_value",
                  fmt::format("type: '{}' is not known", type->substr(0, 100)),
                  "write webhook, slack or discord");
        else if (old_ && type && *type != old_->row.type)
            wrong("/type", "invalid_value", "type: a channel keeps the one it was made with",
                  "make another channel");
        else if (type)
            channel_.row.type = *type;
        else if (!old_ && !member("type"))
            wrong("/type", "missing_field", "type: expected a text",
                  "write webhook, slack or discord");
    }

    void read_name() {
        const auto name = text("name");
        if (name && !is_channel_name(*name))
            wrong("/name", "invalid_value",
                  fmt::format("name: it has 1 to {} characters, all of them visible or blanks "
                              "between them",
                              limits::notification_name_characters),
                  "write what people call the place");
        else if (name)
            channel_.row.name = *name;
        else if (!old_ && !member("name"))
            wrong("/name", "missing_field", "name: expected a text",
                  "write what people call the place");
    }

    void read_url() {
        const auto url = text("url");
        if (!url) {
            if (!old_ && !member("url"))
                wrong("/url", "missing_field", "url: expected an address",
                      "write where the messages go");
            return;
        }
        const auto parsed = net::parse_url(*url);
        const bool is_http = parsed && (parsed->scheme == "https" || parsed->scheme == "http");
        if (!is_http || url->size() > limits::notification_url_bytes) {
            wrong("/url", "invalid_value",
                  fmt::format("url: expected an address of at most {} characters that begins with "
                              "https:// or http://",
                              limits::notification_url_bytes),
                  "copy it from where the messages shall go");
            return;
        }
        channel_.secret.url = *url;
        channel_.row.shown_url = shown_url(*url);
    }

    void read_events() {
        const json::value* value = member("events");
        if (!value || !value->is_array() || value->get_array().empty()) {
            wrong("/events", value ? "invalid_value" : "missing_field",
                  "events: expected a list with at least one event",
                  fmt::format("write some of {}", fmt::join(event_names, ", ")));
            return;
        }
        const json::array& list = value->get_array();
        if (list.size() > event_names.size()) {
            wrong("/events", "invalid_value",
                  fmt::format("events: there are {}, none twice", event_names.size()),
                  fmt::format("write some of {}", fmt::join(event_names, ", ")));
            return;
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string_view name =
                list[i].is_string() ? std::string_view(list[i].get_string()) : std::string_view();
            if (std::ranges::find(event_names, name) == event_names.end()) {
                wrong(fmt::format("/events/{}", i), "invalid_value",
                      fmt::format("events: '{}' is not one", name.substr(0, 100)),
                      fmt::format("write one of {}", fmt::join(event_names, ", ")));
            } else if (std::ranges::find(channel_.events, name) == channel_.events.end()) {
                channel_.events.emplace_back(name);
            }
        }
        channel_.row.events = to_json(json::array(channel_.events.begin(), channel_.events.end()));
    }

    void read_flows() {
        channel_.row.flows.reset();
        const json::value* value = member("flowIds");
        if (!value) return;
        if (!value->is_array() || value->get_array().empty() ||
            value->get_array().size() > limits::notification_flows) {
            wrong(
                "/flowIds", "invalid_value",
                fmt::format("flowIds: expected a list of 1 to {} ids", limits::notification_flows),
                "leave it out to hear of all workflows");
            return;
        }
        const json::array& list = value->get_array();
        std::set<FlowId> flows;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto id = list[i].is_string()
                                ? parse_id<FlowId>(std::string_view(list[i].get_string()))
                                : Result<FlowId>(fail(ErrorCode::bad_request, "expected a text"));
            if (id)
                flows.insert(*id);
            else
                wrong(fmt::format("/flowIds/{}", i), "invalid_value",
                      fmt::format("flowIds: {}", id.error().message), "write the id of a workflow");
        }
        json::array ids;
        for (const FlowId flow : flows) ids.emplace_back(to_string(flow));
        channel_.row.flows = to_json(ids);
        channel_.flows.emplace(flows.begin(), flows.end());
    }

    const json::object& members_;
    const Channel* old_;
    Channel channel_;
    std::vector<model::Problem> problems_;
};

}  // namespace

std::expected<Channel, std::vector<model::Problem>> read_channel(const json::object& members,
                                                                 const Channel* old) {
    return ChannelReader(members, old).read();
}

}  // namespace swiftgrid::control
