#include "control/notification_message.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/notification_channel.h"

namespace swiftgrid::control {
namespace {

namespace event = notification_event;

struct Tone {
    std::string_view sign;
    std::string_view slack;
    std::int64_t discord;  // red, green and blue as one number
};
constexpr Tone bad{"⚠️", "danger", 15158332};
constexpr Tone doubtful{"⚠️", "warning", 15844367};
constexpr Tone good{"✅", "good", 3066993};

struct Field {
    std::string name;
    std::string value;
    bool is_short = false;
};

Tone tone_of(std::string_view name) {
    if (name == event::failed) return bad;
    return name == event::completed || name == event::recovered || name == event::test ? good
                                                                                       : doubtful;
}

std::string what_happened(const Notice& notice) {
    const NotificationFacts& facts = notice.facts;
    const std::string limit = in_words(Duration{facts.threshold_ms.value_or(0)});
    const bool is_many = notice.count > 1;
    const std::string times = is_many ? fmt::format(" {} times", notice.count) : "";
    const std::string in_brackets = is_many ? fmt::format(" ({} times)", notice.count) : "";
    if (notice.event == event::failed) return "failed" + times;
    if (notice.event == event::completed) return "completed" + times;
    if (notice.event == event::recovered) return "recovered" + times;
    if (notice.event == event::cancelled) return "was cancelled" + times;
    if (notice.event == event::slow) return "took longer than " + limit + in_brackets;
    if (notice.event == event::waiting)
        return "has been waiting for longer than " + limit + in_brackets;
    return "was not started by its schedule" + in_brackets;
}

std::string headline(const Notice& notice, std::string_view flow_name) {
    const Tone tone = tone_of(notice.event);
    if (notice.event == event::test)
        return fmt::format("{} This is a test message of SwiftGrid", tone.sign);
    return fmt::format("{} Workflow '{}' {}", tone.sign, flow_name, what_happened(notice));
}

// At the border of a character. Chats count as JavaScript does: what is beyond 16 bits counts
// twice.
std::string shortened(std::string_view text) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool begins = (byte & 0xc0U) != 0x80U;
        if (begins) characters += byte >= 0xf0U ? 2 : 1;
        if (begins && characters > limits::notification_error_characters)
            return std::string(text.substr(0, i)) + "…";
    }
    return std::string(text);
}

std::vector<Field> fields_of(const Notice& notice) {
    const NotificationFacts& facts = notice.facts;
    std::vector<Field> fields;
    if (!notice.run_id.empty()) fields.push_back({"Run ID", notice.run_id, true});
    if (notice.event == event::slow && facts.duration_ms)
        fields.push_back({"Duration", in_words(Duration{*facts.duration_ms}), true});
    if (facts.waiting_since)
        fields.push_back({"Waiting since", to_rfc3339(*facts.waiting_since), true});
    if (facts.planned_at) fields.push_back({"Planned for", to_rfc3339(*facts.planned_at), true});
    if (notice.event == event::failed || !facts.error.empty())
        fields.push_back({notice.event == event::failed ? "Error" : "Reason",
                          facts.error.empty() ? "-" : shortened(facts.error), false});
    return fields;
}

// What Slack would take for a mention or a link.
std::string for_slack(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

// A name must not call everybody: an invisible character takes the meaning out of '@'.
std::string for_discord(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '@') out += "\u200b";
    }
    return out;
}

std::string slack_payload(const Notice& notice) {
    json::array fields;
    for (const Field& field : fields_of(notice))
        fields.push_back(json::object{
            {"title", field.name}, {"value", for_slack(field.value)}, {"short", field.is_short}});
    return to_json(json::object{
        {"text", headline(notice, for_slack(notice.flow_name))},
        {"attachments",
         json::array{json::object{{"color", tone_of(notice.event).slack}, {"fields", fields}}}}});
}

std::string discord_payload(const Notice& notice) {
    json::array fields;
    for (const Field& field : fields_of(notice)) {
        json::object item{{"name", field.name}, {"value", field.value}};
        if (field.is_short) item["inline"] = true;
        fields.push_back(std::move(item));
    }
    return to_json(json::object{
        {"content", headline(notice, for_discord(notice.flow_name))},
        {"embeds",
         json::array{json::object{{"color", tone_of(notice.event).discord}, {"fields", fields}}}}});
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value() : json::value(text);
}

std::string webhook_payload(const Notice& notice) {
    const NotificationFacts& facts = notice.facts;
    json::object body{{"event", notice.event},
                      {"workflow_id", text_or_null(notice.flow_id)},
                      {"workflow_name", text_or_null(notice.flow_name)},
                      {"run_id", text_or_null(notice.run_id)},
                      {"error", text_or_null(facts.error)},
                      {"timestamp", to_rfc3339(facts.at)}};
    if (notice.count > 1) body["count"] = notice.count;
    if (notice.event == event::slow && facts.duration_ms) body["duration_ms"] = *facts.duration_ms;
    if (facts.threshold_ms) body["threshold_ms"] = *facts.threshold_ms;
    if (facts.planned_at) body["planned_at"] = to_rfc3339(*facts.planned_at);
    if (facts.waiting_since) body["waiting_since"] = to_rfc3339(*facts.waiting_since);
    return to_json(body);
}

}  // namespace

Result<NotificationFacts> NotificationFacts::parse(std::string_view text) {
    const auto tree = parse_json(text);
    if (!tree || !tree->is_object())
        return fail(ErrorCode::storage_error, "what is stored of a notification is damaged");
    const json::object& members = tree->get_object();
    const auto number = [&](std::string_view name) -> std::optional<std::int64_t> {
        if (!members.contains(name)) return std::nullopt;
        return integer_at(members, name, 0);
    };
    const auto instant = [&](std::string_view name) -> std::optional<Instant> {
        const auto value = number(name);
        if (!value) return std::nullopt;
        return Instant{*value};
    };
    NotificationFacts facts;
    facts.at = instant("at").value_or(Instant{});
    facts.error = text_at(members, "error");
    facts.duration_ms = number("durationMs");
    facts.threshold_ms = number("thresholdMs");
    facts.planned_at = instant("plannedAt");
    facts.waiting_since = instant("waitingSince");
    return facts;
}

std::string NotificationFacts::to_text() const {
    json::object members{{"at", at.milliseconds_since_epoch}};
    if (!error.empty()) members["error"] = error;
    if (duration_ms) members["durationMs"] = *duration_ms;
    if (threshold_ms) members["thresholdMs"] = *threshold_ms;
    if (planned_at) members["plannedAt"] = planned_at->milliseconds_since_epoch;
    if (waiting_since) members["waitingSince"] = waiting_since->milliseconds_since_epoch;
    return to_json(members);
}

std::string payload_of(std::string_view type, const Notice& notice) {
    if (type == "slack") return slack_payload(notice);
    if (type == "discord") return discord_payload(notice);
    return webhook_payload(notice);
}

std::string in_words(Duration duration) {
    constexpr std::int64_t second = 1'000;
    constexpr std::int64_t minute = 60 * second;
    constexpr std::int64_t hour = 60 * minute;
    const std::int64_t ms = duration.milliseconds;
    if (ms >= hour && ms % hour == 0) return fmt::format("{} h", ms / hour);
    if (ms >= minute && ms % minute == 0) return fmt::format("{} min", ms / minute);
    if (ms >= second && ms % second == 0) return fmt::format("{} s", ms / second);
    if (ms >= second) return fmt::format("{:.1f} s", static_cast<double>(ms) / second);
    return fmt::format("{} ms", ms);
}

}  // namespace swiftgrid::control
