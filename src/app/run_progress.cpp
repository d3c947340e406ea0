#include "app/run_progress.h"

#include <fmt/format.h>

namespace swiftgrid::app {
namespace {

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::string error_message(const json::object& payload) {
    const json::value* error = payload.if_contains("error");
    return error && error->is_object() ? text_of(error->get_object(), "message") : "";
}

std::int64_t duration_ms(const json::object& payload) {
    const json::value* duration = payload.if_contains("durationMs");
    return duration && duration->is_int64() ? duration->get_int64() : 0;
}

void print_logs(const json::object& payload) {
    const json::value* logs = payload.if_contains("logs");
    if (!logs || !logs->is_array()) return;
    for (const json::value& line : logs->get_array()) {
        if (line.is_object()) fmt::print(stderr, "      {}\n", text_of(line.get_object(), "text"));
    }
}

}  // namespace

void RunProgress::on_event(const runtime::PublishedEvent& event) {
    if (quiet_) return;
    const auto document = parse_json(*event.text);
    if (document && document->is_object()) print(document->get_object());
}

void RunProgress::print(const json::object& event) {
    const std::string type = text_of(event, "eventType");
    const std::string node_id = text_of(event, "nodeId");
    const auto label = labels_.find(node_id);
    const std::string& name = label == labels_.end() ? node_id : label->second;
    const json::value* payload_value = event.if_contains("payload");
    const json::object payload =
        payload_value && payload_value->is_object() ? payload_value->get_object() : json::object();
    if (type == "NODE_COMPLETED") {
        fmt::print(stderr, "  \u2713 {}  {} ms\n", name, duration_ms(payload));
        print_logs(payload);
    } else if (type == "NODE_FAILED") {
        fmt::print(stderr, "  \u2717 {}  {}\n", name, error_message(payload));
        print_logs(payload);
    } else if (type == "NODE_SKIPPED") {
        fmt::print(stderr, "  - {}  skipped\n", name);
    } else if (type == "NODE_CANCELLED") {
        fmt::print(stderr, "  - {}  cancelled\n", name);
    }
}

}  // namespace swiftgrid::app
