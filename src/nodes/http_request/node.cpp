#include "nodes/http_request/node.h"

#include <charconv>

#include "base/limits.h"

namespace swiftgrid::nodes::http_request {

namespace {

constexpr int status_min = 100;
constexpr int status_max = 599;
constexpr std::uint32_t retries_of_repeatable_method = 3;

// The names are the UI's: x-control picks the form's control for a field.
constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "method": {
      "type": "string", "title": "Method", "default": "GET",
      "enum": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    },
    "url": {
      "type": "string", "title": "URL", "default": "", "x-control": "template",
      "description": "Absolute address, with placeholders where needed.",
      "examples": ["https://api.example.com/items/{{$trigger.id}}"]
    },
    "query": {
      "type": "object", "title": "Query", "default": {}, "x-control": "pairs",
      "x-template": true,
      "description": "Appended to the URL, encoded. A list repeats its name; null leaves it out."
    },
    "headers": {
      "type": "object", "title": "Headers", "default": {}, "x-control": "pairs",
      "x-template": true,
      "description": "Sent as given. Idempotency-Key and User-Agent are set unless you set them."
    },
    "body": {
      "title": "Body", "default": null, "x-control": "json-or-text",
      "description": "Text is sent as it is; an object or a list is sent as JSON."
    },
    "acceptStatus": {
      "type": "array", "title": "Accepted error statuses", "default": [],
      "items": { "type": ["integer", "string"] },
      "description": "Statuses from 400 that are results, not errors: 404, \"5xx\", \"400-499\"."
    },
    "followRedirects": {
      "type": "boolean", "title": "Follow redirects", "default": true
    },
    "response": {
      "type": "string", "title": "Response body", "default": "auto",
      "enum": ["auto", "json", "text", "base64"],
      "description": "auto decides by the content type."
    }
  }
})json";

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

void check(const json::object& data, model::DataCheck& problems) {
    check_url(data, problems);
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
    for (const std::string_view name : {"query", "headers", "body"}) {
        const auto* value = data.if_contains(name);
        if (value && !is_empty(*value)) input[name] = *value;
    }
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
    descriptor.data_schema = parse_json(schema)->get_object();
    descriptor.retries_default = retries_default;
    descriptor.check = check;
    descriptor.input_template = input_template;
    return descriptor;
}

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::http_request
