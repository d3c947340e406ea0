#include "nodes/http_request/node.h"

#include <charconv>

#include "nodes/data_fields.h"
#include "nodes/http_request/auth.h"
#include "nodes/http_request/pages.h"
#include "nodes/http_request/schema.h"

namespace swiftgrid::nodes::http_request {

namespace {

constexpr int status_min = 100;
constexpr int status_max = 599;
constexpr std::uint32_t retries_of_repeatable_method = 3;

std::optional<int> parse_number(std::string_view text) {
    int value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
    if (value < status_min || value > status_max) return std::nullopt;
    return value;
}

std::optional<bool> matches_text(std::string_view text, int status) {
    const bool is_class = text.size() == 3 && text[0] >= '1' && text[0] <= '5' &&
                          (text.substr(1) == "xx" || text.substr(1) == "XX");
    if (is_class) return status / 100 == text[0] - '0';
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) {
        const auto single = parse_number(text);
        if (!single) return std::nullopt;
        return *single == status;
    }
    const auto first = parse_number(text.substr(0, dash));
    const auto last = parse_number(text.substr(dash + 1));
    if (!first || !last || *first > *last) return std::nullopt;
    return *first <= status && status <= *last;
}

void check_url(const json::object& data, model::DataCheck& problems) {
    const auto* url = data.if_contains("url");
    if (url && !url->is_string()) return;  // the schema says so already
    const std::string_view text = url ? std::string_view(url->get_string()) : "";
    if (text.empty()) {
        problems.error("/url", "missing_field", "The URL is empty.",
                       "Enter the address to request.");
        return;
    }
    const bool may_be_absolute =
        text.starts_with("http://") || text.starts_with("https://") || text.starts_with("{{");
    if (!may_be_absolute && !text.starts_with('/')) {
        problems.error("/url", "invalid_url",
                       "The URL starts neither with http:// nor with https://.",
                       "Enter an absolute address, for example https://api.example.com/items.");
    }
}

void check_statuses(const json::object& data, model::DataCheck& problems) {
    const auto* accepted = data.if_contains("acceptStatus");
    if (!accepted || !accepted->is_array()) return;
    const json::array& entries = accepted->get_array();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (matches_status(entries[i], status_max)) continue;
        problems.error("/acceptStatus/" + std::to_string(i), "invalid_status",
                       "This is neither a status nor a range of statuses.",
                       "Use a number (404), a class (\"5xx\") or a range (\"400-499\").");
    }
}

void check_body(const json::object& data, model::DataCheck& problems) {
    const auto* body = data.if_contains("body");
    if (!body || body->is_null()) return;
    const std::string_view method = text_at(data, "method");
    if (method == "HEAD")
        problems.warning("/body", "body_not_sent", "A HEAD request has no body.",
                         "Remove the body, or choose another method.");
    if (method == "GET" || method.empty())
        problems.warning("/body", "unusual_body",
                         "The body of a GET request is sent, but many servers ignore it.",
                         "Remove the body, or choose POST.");
}

void check(const json::object& data, model::DataCheck& problems) {
    check_url(data, problems);
    check_statuses(data, problems);
    check_body(data, problems);
    check_auth(data, problems);
    check_pagination(data, problems);
}

bool is_empty(const json::value& value) {
    return value.is_null() || (value.is_object() && value.get_object().empty());
}

// Only what can hold a placeholder and is there: this is what people see as the node's input.
std::optional<json::value> input_template(const json::object& data) {
    json::object input;
    const auto* method = data.if_contains("method");
    const auto* url = data.if_contains("url");
    input["method"] = method ? *method : json::value("GET");
    input["url"] = url ? *url : json::value("");
    for (const std::string_view name : {"query", "headers", "auth", "body", "tls"}) {
        const auto* value = data.if_contains(name);
        if (value && !is_empty(*value)) input[name] = *value;
    }
    if (const auto type = text_at(data, "bodyType"); input.contains("body") && !type.empty())
        if (type != "auto") input["bodyType"] = type;
    return input;
}

// A method that may have changed something is repeated only when the user says so.
std::uint32_t retries_default(const json::object& data) {
    const auto* method = data.if_contains("method");
    const bool changes = method && (*method == "POST" || *method == "PATCH");
    return changes ? 0 : retries_of_repeatable_method;
}

class Behaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode&, const JsonText&) const override {
        return engine::Perform{};
    }
};

}  // namespace

std::optional<bool> matches_status(const json::value& entry, int status) {
    if (entry.is_int64()) {
        if (entry.get_int64() < status_min || entry.get_int64() > status_max) return std::nullopt;
        return entry.get_int64() == status;
    }
    if (entry.is_string()) return matches_text(std::string_view(entry.get_string()), status);
    return std::nullopt;
}

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "http-request";
    descriptor.aliases = {"http", "HTTP"};
    descriptor.label = "HTTP request";
    descriptor.icon = "globe";
    descriptor.category = "data";
    descriptor.summary = "Calls a web service and passes its answer on.";
    descriptor.has_outside_effect = true;
    descriptor.data_schema = data_schema();
    descriptor.retries_default = retries_default;
    descriptor.check = check;
    descriptor.input_template = input_template;
    return descriptor;
}

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::http_request
