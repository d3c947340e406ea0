#include "nodes/http_request/request.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"

namespace swiftgrid::nodes::http_request {

namespace {

using engine::RunError;

RunError refuse(std::string_view code, std::string message) {
    RunError error;
    error.code = code;
    error.message = std::move(message);
    return error;
}

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view unreserved = "-._~";
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              unreserved.find(c) != std::string_view::npos;
        if (is_plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
}

void append_pair(std::string& out, std::string_view name, const json::value& value) {
    if (value.is_null()) return;
    if (value.is_array()) {
        for (const json::value& item : value.get_array()) append_pair(out, name, item);
        return;
    }
    if (!out.empty()) out += '&';
    append_encoded(out, name);
    out += '=';
    append_encoded(out, JsonText::from(value).as_plain_text());
}

// name=value&…: a query, or the body of a form.
std::string encode_pairs(const json::object& pairs) {
    std::string out;
    for (const auto& [name, value] : pairs) append_pair(out, name, value);
    return out;
}

std::string with_query(std::string url, const std::string& query) {
    if (query.empty()) return url;
    const auto hash = std::min(url.find('#'), url.size());
    const auto question = url.find('?');
    std::string_view joint = "?";
    if (question < hash) joint = question + 1 == hash ? "" : "&";
    return url.insert(hash, std::string(joint) + query);
}

std::expected<void, RunError> add_query(const json::value& given, net::HttpRequest& request) {
    if (!given.is_object()) {
        return std::unexpected(refuse("invalid_query",
                                      "query must be an object of names and values, for example "
                                      "{\"page\": 2}"));
    }
    request.url = with_query(std::move(request.url), encode_pairs(given.get_object()));
    return {};
}

std::expected<void, RunError> add_headers(const json::value& given, net::HttpRequest& request) {
    if (!given.is_object()) {
        return std::unexpected(refuse("invalid_header",
                                      "headers must be an object of names and "
                                      "values, for example {\"Accept\": \"*/*\"}"));
    }
    for (const auto& [name, value] : given.get_object()) {
        if (value.is_null()) continue;
        if (value.is_object() || value.is_array()) {
            return std::unexpected(refuse(
                "invalid_header",
                fmt::format("the header '{}' has an object or a list as its value; give text",
                            std::string_view(name))));
        }
        net::HttpHeader header{std::string(name), JsonText::from(value).as_plain_text()};
        if (!net::is_valid_header(header)) {
            return std::unexpected(refuse(
                "invalid_header",
                fmt::format("the header '{}' has a character that headers may not have (a line "
                            "break or another control character); remove it",
                            header.name)));
        }
        request.headers.push_back(std::move(header));
    }
    return {};
}

bool is_form(const net::HttpRequest& request) {
    const std::string* type = net::find_header(request.headers, "content-type");
    return type && type->starts_with("application/x-www-form-urlencoded");
}

void add_body(const JsonText& body, net::HttpRequest& request) {
    switch (body.kind()) {
        case JsonKind::null: return;
        case JsonKind::string:
            request.body = body.as_plain_text();
            if (!net::find_header(request.headers, "content-type")) {
                request.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
            }
            return;
        case JsonKind::object:
            if (is_form(request)) {
                request.body = encode_pairs(body.to_value().get_object());
                return;
            }
            break;
        case JsonKind::boolean:
        case JsonKind::number:
        case JsonKind::array: break;
    }
    request.body = body.view();
    if (!net::find_header(request.headers, "content-type")) {
        request.headers.push_back({"Content-Type", "application/json"});
    }
}

}  // namespace

std::expected<net::HttpRequest, RunError> build_request(const PerformRequest& perform) {
    const model::PlanNode& node = perform.node();
    const JsonText& input = perform.input;
    net::HttpRequest request;
    if (const auto method = input.child("method")) request.method = method->as_plain_text();
    if (const auto url = input.child("url")) request.url = url->as_plain_text();
    if (const auto query = input.child("query"); query && !query->is_null()) {
        if (auto added = add_query(query->to_value(), request); !added) {
            return std::unexpected(std::move(added.error()));
        }
    }
    if (const auto headers = input.child("headers"); headers && !headers->is_null()) {
        if (auto added = add_headers(headers->to_value(), request); !added) {
            return std::unexpected(std::move(added.error()));
        }
    }
    if (const auto body = input.child("body")) add_body(*body, request);
    if (!net::find_header(request.headers, "idempotency-key")) {
        request.headers.push_back(
            {"Idempotency-Key",
             fmt::format("{}:{}:{}", to_string(perform.key.run), node.id, perform.key.attempt)});
    }
    if (const auto* follow = node.data.if_contains("followRedirects");
        follow && follow->is_bool()) {
        request.follow_redirects = follow->get_bool();
    }
    if (node.timeout_ms > 0) {
        request.time_ms = std::min(node.timeout_ms, limits::http_time_ms_max);
    }
    return request;
}

}  // namespace swiftgrid::nodes::http_request
