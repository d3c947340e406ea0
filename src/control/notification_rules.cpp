#include "control/notification_rules.h"

#include <algorithm>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/notification_message.h"

namespace swiftgrid::control {
namespace {

namespace event = notification_event;

std::string message_of_error(const std::string& error) {
    if (error.empty()) return "";
    const auto tree = parse_json(error);
    if (!tree || !tree->is_object()) return error;
    return std::string(text_at(tree->get_object(), "message"));
}

// Everything of a message but its event.
store::NewNotification draft_of(const Channel& channel, FlowId flow, std::string flow_name,
                                std::optional<RunId> run, const NotificationRules& rules) {
    store::NewNotification message;
    message.delivery.id = DeliveryId{rules.ids.next()};
    message.delivery.channel = channel.row.id;
    message.delivery.flow = flow;
    message.delivery.flow_name = std::move(flow_name);
    rules.redactor.redact_in(message.delivery.flow_name);
    message.delivery.run = run;
    if (channel.owner)
        message.delivery.target =
            to_json(json::object{{"type", channel.row.type}, {"url", channel.row.shown_url}});
    message.gather = Duration{channel.row.gather_seconds * 1'000};
    message.quiet = Duration{message.gather.milliseconds * limits::notification_quiet_factor};
    return message;
}

bool is_slow(const Channel& channel, const store::NotificationCause& cause) {
    const bool has_ended_by_itself = cause.status == "completed" || cause.status == "failed";
    return has_ended_by_itself && channel.row.slower_than_ms &&
           cause.duration_ms > *channel.row.slower_than_ms;
}

// The events of a cause that the channel wants to hear of.
std::vector<std::string_view> events_for(const Channel& channel,
                                         const store::NotificationCause& cause, bool is_recovery) {
    std::vector<std::string_view> events;
    const auto add = [&](std::string_view name, bool happened) {
        if (happened && channel.wants(name, cause.flow)) events.push_back(name);
    };
    add(event::unstarted, !cause.run);
    if (!cause.run) return events;
    add(event::failed, cause.status == "failed");
    add(event::cancelled, cause.status == "cancelled");
    add(event::completed, cause.status == "completed");
    add(event::recovered, cause.status == "completed" && is_recovery);
    add(event::slow, is_slow(channel, cause));
    return events;
}

}  // namespace

std::vector<store::NewNotification> messages_of(const store::NotificationCause& cause,
                                                bool is_recovery, const NotificationRules& rules) {
    std::vector<store::NewNotification> messages;
    for (const ChannelPtr& channel : rules.channels) {
        for (const std::string_view name : events_for(*channel, cause, is_recovery)) {
            auto message = draft_of(*channel, cause.flow, cause.flow_name, cause.run, rules);
            message.delivery.event = name;
            message.delivery.count = cause.count;
            NotificationFacts facts;
            facts.at = cause.at;
            facts.error = cause.run ? message_of_error(cause.error) : cause.detail;
            rules.redactor.redact_in(facts.error);
            if (cause.run) facts.duration_ms = cause.duration_ms;
            if (name == event::slow) facts.threshold_ms = channel->row.slower_than_ms;
            if (!cause.run) facts.planned_at = cause.planned_at;
            message.delivery.facts = facts.to_text();
            messages.push_back(std::move(message));
        }
    }
    return messages;
}

std::vector<store::NewNotification> messages_of(const store::WaitingRun& run, Instant now,
                                                const NotificationRules& rules) {
    std::vector<store::NewNotification> messages;
    for (const ChannelPtr& channel : rules.channels) {
        const auto& limit = channel->row.waiting_longer_than_ms;
        if (!limit || !channel->wants(event::waiting, run.flow)) continue;
        if ((now - run.waiting_since).milliseconds < *limit) continue;
        auto message = draft_of(*channel, run.flow, run.flow_name, run.run, rules);
        message.delivery.event = event::waiting;
        message.waits_since = run.waiting_since;
        NotificationFacts facts;
        facts.at = now;
        facts.threshold_ms = limit;
        facts.waiting_since = run.waiting_since;
        message.delivery.facts = facts.to_text();
        messages.push_back(std::move(message));
    }
    return messages;
}

std::optional<Duration> shortest_wait(const std::vector<ChannelPtr>& channels) {
    std::optional<Duration> shortest;
    for (const ChannelPtr& channel : channels) {
        const auto& limit = channel->row.waiting_longer_than_ms;
        const bool is_wanted = channel->row.enabled && limit;
        if (is_wanted) shortest = std::min(shortest.value_or(Duration{*limit}), Duration{*limit});
    }
    return shortest;
}

}  // namespace swiftgrid::control
