#include "nodes/http_request/body.h"

#include <fmt/format.h>

#include "nodes/data_fields.h"
#include "nodes/form_encoding.h"
#include "nodes/http_request/lenient_base64.h"
#include "nodes/http_request/multipart.h"

namespace swiftgrid::nodes::http_request {

namespace {

using engine::RunError;

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

void name_type(net::HttpRequest& request, std::string_view type) {
    if (!net::find_header(request.headers, "content-type"))
        request.headers.push_back({"Content-Type", std::string(type)});
}

RunError unfit(std::string_view type, std::string_view expected, const JsonText& body) {
    return engine::make_run_error(
        "invalid_body",
        fmt::format("a body of the type '{}' is {}; found {}", type, expected, found_value(body)));
}

void add_text(const JsonText& body, net::HttpRequest& request) {
    request.body = body.as_plain_text();
    name_type(request, "text/plain; charset=utf-8");
}

std::optional<RunError> add_json(const JsonText& body, net::HttpRequest& request) {
    request.body = body.view();
    if (body.kind() == JsonKind::string) {
        request.body = body.as_plain_text();
        if (auto parsed = JsonText::parse(request.body); !parsed) {
            return engine::make_run_error(
                "invalid_body",
                fmt::format("the body is text that is no JSON ({}); make it an object, so "
                            "that inserted values need no quotes, or choose the type text",
                            parsed.error().message));
        }
    }
    name_type(request, "application/json");
    return std::nullopt;
}

std::optional<RunError> add_form(const JsonText& body, net::HttpRequest& request) {
    if (body.kind() == JsonKind::object)
        request.body = encode_pairs(body.to_value().get_object());
    else if (body.kind() == JsonKind::string)
        request.body = body.as_plain_text();
    else
        return unfit("form", "an object of names and values, or text that is encoded already",
                     body);
    name_type(request, form_type);
    return std::nullopt;
}

std::optional<RunError> add_multipart(const JsonText& body, std::string_view boundary,
                                      net::HttpRequest& request) {
    if (body.kind() != JsonKind::object)
        return unfit("multipart", "an object of names and parts", body);
    auto encoded = encode_multipart(body.to_value().get_object(), boundary);
    if (auto* error = std::get_if<RunError>(&encoded)) return std::move(*error);
    request.body = std::move(std::get<std::string>(encoded));
    std::erase_if(request.headers, [](const net::HttpHeader& header) {
        return net::lower_case(header.name) == "content-type";
    });
    name_type(request, fmt::format("multipart/form-data; boundary={}", boundary));
    return std::nullopt;
}

std::optional<RunError> add_binary(const JsonText& body, net::HttpRequest& request) {
    const auto inner = body.kind() == JsonKind::object ? body.child("base64") : body;
    auto bytes = inner && inner->kind() == JsonKind::string
                     ? bytes_of_base64(inner->as_plain_text())
                     : std::nullopt;
    if (!bytes) return unfit("binary", "base64 text, or an object { base64, contentType }", body);
    request.body = std::move(*bytes);
    const auto type = body.kind() == JsonKind::object ? body.child("contentType") : std::nullopt;
    const std::string named =
        type && type->kind() == JsonKind::string ? type->as_plain_text() : std::string();
    name_type(request, named.empty() ? "application/octet-stream" : named);
    return std::nullopt;
}

// By what the value is, and by the Content-Type that was set by hand.
std::optional<RunError> add_by_kind(const JsonText& body, net::HttpRequest& request) {
    if (body.kind() == JsonKind::string) {
        add_text(body, request);
        return std::nullopt;
    }
    const std::string* type = net::find_header(request.headers, "content-type");
    if (body.kind() == JsonKind::object && type && net::lower_case(*type).starts_with(form_type))
        return add_form(body, request);
    return add_json(body, request);
}

}  // namespace

std::optional<RunError> add_body(const JsonText& body, std::string_view type,
                                 std::string_view boundary, net::HttpRequest& request) {
    if (body.is_null()) return std::nullopt;
    if (type == "json") return add_json(body, request);
    if (type == "form") return add_form(body, request);
    if (type == "multipart") return add_multipart(body, boundary, request);
    if (type == "binary") return add_binary(body, request);
    if (type != "text") return add_by_kind(body, request);
    add_text(body, request);
    return std::nullopt;
}

}  // namespace swiftgrid::nodes::http_request
