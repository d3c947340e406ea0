#include "api/mcp/progress_feed.h"

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/json_writer.h"

namespace swiftgrid::api {
namespace {

// "retry scheduled" of NODE_RETRY_SCHEDULED.
std::string event_words(std::string_view type, bool of_node) {
    constexpr std::string_view prefix = "NODE_";
    if (of_node && type.starts_with(prefix)) type.remove_prefix(prefix.size());
    std::string words;
    for (const char c : type)
        words += c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return words;
}

}  // namespace

// What happened stands before the payload, which may be megabytes that nobody needs here.
std::string progress_text(std::string_view event) {
    const auto head = parse_json(std::string(event.substr(0, event.find(",\"payload\""))) + "}");
    if (!head || !head->is_object()) return "";
    const std::string node(text_at(head->get_object(), "nodeId"));
    const std::string words = event_words(text_at(head->get_object(), "eventType"), !node.empty());
    return node.empty() ? words : node + ": " + words;
}

// The number of the event grows and is a measure of progress; of what total nobody knows.
void ProgressFeed::on_event(const runtime::PublishedEvent& event) {
    if (!event.ends_as.empty()) return;
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_.monotonic_ms();
    if (told_at_ms_ && now - *told_at_ms_ < limits::tool_progress_ms) return;
    told_at_ms_ = now;
    std::string out;
    control::ObjectWriter message(out);
    message.text("jsonrpc", "2.0").text("method", "notifications/progress");
    control::ObjectWriter params(message.member("params"));
    params.raw("progressToken", token_);
    params.number("progress", static_cast<std::int64_t>(event.sequence));
    params.text("message", progress_text(*event.text));
    params.end();
    message.end();
    writer_.offer({.event = "message", .data = out});
}

}  // namespace swiftgrid::api
