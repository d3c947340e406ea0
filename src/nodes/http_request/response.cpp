#include "nodes/http_request/response.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/limits.h"
#include "nodes/charset.h"
#include "nodes/http_request/node.h"

namespace swiftgrid::nodes::http_request {

namespace {

using engine::RunError;

constexpr std::size_t error_body_bytes = 4 * 1024;

struct MediaType {
    std::string essence;  // "text/html"
    std::string charset;  // "" when not given
};

MediaType parse_media_type(std::string_view content_type) {
    const std::string text = net::lower_case(content_type);
    const auto semicolon = std::min(text.find(';'), text.size());
    MediaType type;
    type.essence = net::trimmed(std::string_view(text).substr(0, semicolon));
    const auto parameter = text.find("charset=", semicolon);
    if (parameter == std::string::npos) return type;
    std::string_view value = std::string_view(text).substr(parameter + 8);
    value = net::trimmed(value.substr(0, value.find(';')));
    if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
    type.charset = value;
    return type;
}

bool is_json(const MediaType& type) {
    return type.essence.ends_with("/json") || type.essence.ends_with("+json");
}

bool is_text(const MediaType& type) {
    static constexpr std::string_view textual[] = {
        "application/xml",        "application/javascript", "application/x-www-form-urlencoded",
        "application/x-ndjson",   "application/yaml",       "application/x-yaml",
        "application/graphql",    "application/sql",        "application/toml",
        "application/ecmascript", "application/jsonl",      "image/svg+xml",
    };
    return type.essence.starts_with("text/") || type.essence.ends_with("+xml") ||
           std::ranges::find(textual, type.essence) != std::end(textual);
}

JsonText as_base64(std::string_view body, std::string_view content_type) {
    std::string out = R"({"base64":")" + to_base64(body, Base64::standard) + R"(","contentType":)";
    append_json_string(out, to_utf8(content_type, "").value_or(""));
    out += fmt::format(R"(,"size":{}}})", body.size());
    return JsonText::trusted(std::move(out));
}

std::string plain(const std::string& value) {
    return to_utf8(value, "").value_or(to_utf8(value, "latin1").value_or(""));
}

void append_headers(std::string& out, const std::vector<net::HttpHeader>& headers) {
    std::map<std::string_view, std::vector<std::string>> by_name;
    for (const net::HttpHeader& header : headers) {
        by_name[header.name].push_back(plain(header.value));
    }
    out += '{';
    bool is_first = true;
    for (const auto& [name, values] : by_name) {
        if (!is_first) out += ',';
        is_first = false;
        append_json_string(out, plain(std::string(name)));
        out += ':';
        if (name != "set-cookie") {
            append_json_string(out, fmt::format("{}", fmt::join(values, ", ")));
            continue;
        }
        // The only header whose values may not be joined: a date has a comma.
        out += '[';
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out += ',';
            append_json_string(out, values[i]);
        }
        out += ']';
    }
    out += '}';
}

bool is_accepted(const model::PlanNode& node, int status) {
    if (status < 400) return true;
    const auto* accepted = node.data.if_contains("acceptStatus");
    if (!accepted || !accepted->is_array()) return false;
    return std::ranges::any_of(accepted->get_array(), [&](const json::value& entry) {
        return matches_status(entry, status).value_or(false);
    });
}

// details.md: timeouts, connection errors, 408, 425, 429 and 5xx.
bool is_retryable_status(int status) {
    return status == 408 || status == 425 || status == 429 || status / 100 == 5;
}

std::string_view response_mode(const model::PlanNode& node) {
    const auto* mode = node.data.if_contains("response");
    return mode && mode->is_string() ? std::string_view(mode->get_string()) : "auto";
}

std::string_view content_type_of(const net::HttpResponse& response) {
    const std::string* value = net::find_header(response.headers, "content-type");
    return value ? std::string_view(*value) : std::string_view();
}

std::string beginning_of(std::string_view text) {
    constexpr std::size_t shown_bytes = 200;
    return cut_utf8(text, shown_bytes);
}

RunError status_error(const net::HttpRequest& request, const net::HttpResponse& response) {
    RunError error;
    error.code = "http_status";
    error.retryable = is_retryable_status(response.status);
    const auto whole = decode_body(response.body, content_type_of(response), "auto");
    const std::string body_text = whole ? whole->as_plain_text() : "";
    error.message = fmt::format("{} {} answered with status {}", request.method,
                                response.effective_url, response.status);
    if (!body_text.empty() && !whole->is_null()) {
        error.message += ": " + beginning_of(body_text);
    }

    std::string details = fmt::format(R"({{"status":{},"body":)", response.status);
    if (whole && whole->size_bytes() <= error_body_bytes)
        details += whole->view();
    else
        append_json_string(details, cut_utf8(body_text, error_body_bytes));
    details += R"(,"headers":)";
    append_headers(details, response.headers);
    details += '}';
    error.details = JsonText::trusted(std::move(details));
    return error;
}

}  // namespace

std::optional<JsonText> decode_body(std::string_view body, std::string_view content_type,
                                    std::string_view mode) {
    if (mode == "base64") return as_base64(body, content_type);
    const MediaType type = parse_media_type(content_type);
    if (body.empty()) return mode == "text" || is_text(type) ? JsonText::string("") : JsonText();
    const auto text = to_utf8(body, type.charset);
    if (mode == "json" || (mode == "auto" && is_json(type))) {
        auto parsed = text ? JsonText::parse(*text) : JsonText::parse(body);
        if (parsed) return std::move(*parsed);
        if (mode == "json") return std::nullopt;
    }
    const bool wants_text = mode == "text" || is_json(type) || is_text(type);
    if (text) {
        // Without a declared type, bytes that read as text are text.
        if (wants_text || type.essence.empty()) return JsonText::string(*text);
        return as_base64(body, content_type);
    }
    if (wants_text) return JsonText::string(repair_utf8(body));
    return as_base64(body, content_type);
}

std::variant<JsonText, RunError> read_body(const model::PlanNode& node,
                                           const net::HttpRequest& request,
                                           const net::HttpResponse& response) {
    if (!is_accepted(node, response.status)) return status_error(request, response);
    auto body = decode_body(response.body, content_type_of(response), response_mode(node));
    if (body) return std::move(*body);
    return engine::make_run_error(
        "invalid_json_response",
        fmt::format("{} answered with something that is not JSON; set the "
                    "node's response body to auto or text to take it as it is",
                    response.effective_url));
}

std::variant<JsonText, RunError> make_result(const net::HttpResponse& response,
                                             const JsonText& body, std::string_view more) {
    std::string result = fmt::format(R"({{"status":{},"headers":)", response.status);
    append_headers(result, response.headers);
    result += R"(,"body":)";
    result += body.view();
    result += fmt::format(R"(,"durationMs":{}{}}})", response.timing.total_ms, more);
    if (result.size() > limits::node_result_bytes) {
        return engine::make_run_error(
            "response_too_large",
            fmt::format("the answer of {} makes a result of {} bytes; at most {} "
                        "are kept",
                        response.effective_url, result.size(), limits::node_result_bytes));
    }
    return JsonText::trusted(std::move(result));
}

RunError to_run_error(const net::HttpError& error) {
    using enum net::HttpErrorKind;
    RunError result =
        engine::make_run_error(std::string(net::to_string(error.kind)), error.message);
    result.retryable = error.kind == timeout || error.kind == connect || error.kind == dns;
    return result;
}

}  // namespace swiftgrid::nodes::http_request
