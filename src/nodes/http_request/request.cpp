#include "nodes/http_request/request.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "net/url.h"
#include "nodes/data_fields.h"
#include "nodes/form_encoding.h"
#include "nodes/http_request/auth.h"
#include "nodes/http_request/body.h"
#include "nodes/request_parts.h"

namespace swiftgrid::nodes::http_request {

namespace {

using engine::RunError;

std::string text_of(const json::object& object, std::string_view name) {
    return std::string(text_at(object, name));
}

std::optional<RunError> add_tls(const json::value& given, net::HttpRequest& request) {
    if (!given.is_object()) return engine::make_run_error("invalid_tls", "tls must be an object");
    const json::object& fields = given.get_object();
    request.tls.authorities = text_of(fields, "ca");
    request.tls.certificate = text_of(fields, "certificate");
    request.tls.key = text_of(fields, "key");
    request.tls.key_password = text_of(fields, "keyPassword");
    request.tls.verify = flag_at(fields, "verify", true);
    if (request.tls.certificate.empty() && !request.tls.key.empty())
        return engine::make_run_error("invalid_tls",
                                      "tls.key needs the certificate that it belongs to");
    return std::nullopt;
}

// What the fields say, one after the other; each may rely on those before it.
std::optional<RunError> add_fields(const JsonText& input, std::string_view boundary,
                                   net::HttpRequest& request) {
    if (const auto method = input.child("method")) request.method = method->as_plain_text();
    if (const auto url = input.child("url")) request.url = url->as_plain_text();
    if (const auto query = input.child("query"); query && !query->is_null()) {
        if (auto error = add_query(query->to_value(), request)) return error;
    }
    if (const auto headers = input.child("headers"); headers && !headers->is_null()) {
        if (auto error = add_headers(headers->to_value(), request)) return error;
    }
    if (auto error = authenticate(input, request)) return error;
    if (const auto tls = input.child("tls"); tls && !tls->is_null()) {
        if (auto error = add_tls(tls->to_value(), request)) return error;
    }
    const auto body = input.child("body");
    if (!body || request.method == "HEAD") return std::nullopt;
    const auto type = input.child("bodyType");
    return add_body(*body, type ? type->as_plain_text() : "auto", boundary, request);
}

}  // namespace

std::optional<RunError> authenticate(const JsonText& input, net::HttpRequest& request) {
    const auto auth = input.child("auth");
    return auth ? add_auth(auth->to_value(), request) : std::nullopt;
}

std::string idempotency_key(const PerformRequest& perform, std::size_t page) {
    std::string key =
        fmt::format("{}:{}:{}", to_string(perform.key.run), perform.node().id, perform.key.attempt);
    if (page > 1) key += fmt::format(":page-{}", page);
    return key;
}

std::expected<net::HttpRequest, RunError> build_request(const PerformRequest& perform,
                                                        std::string_view boundary) {
    const model::PlanNode& node = perform.node();
    net::HttpRequest request;
    if (auto error = add_fields(perform.input, boundary, request))
        return std::unexpected(std::move(*error));
    if (!net::find_header(request.headers, "idempotency-key"))
        request.headers.push_back({"Idempotency-Key", idempotency_key(perform, 1)});
    if (!perform.traceparent.empty() && !net::find_header(request.headers, "traceparent"))
        request.headers.push_back({"traceparent", perform.traceparent});
    request.follow_redirects = flag_at(node.data, "followRedirects", true);
    if (node.timeout_ms > 0) request.time_ms = std::min(node.timeout_ms, limits::http_time_ms_max);
    return request;
}

std::expected<net::HttpRequest, RunError> next_request(const PerformRequest& perform,
                                                       const net::HttpRequest& first,
                                                       std::string url, std::size_t page) {
    net::HttpRequest next = first;
    next.url = std::move(url);
    for (net::HttpHeader& header : next.headers) {
        if (header.value == idempotency_key(perform, 1))
            header.value = idempotency_key(perform, page);
    }
    const auto from = net::parse_url(first.url);
    const auto to = net::parse_url(next.url);
    // A path of our own is no absolute URL.
    const bool is_same_origin = from && to ? from->same_origin(*to) : !from && !to;
    if (!is_same_origin) {
        net::drop_credentials(next);
        return next;
    }
    // Services leave a key of the query out of the addresses that they name.
    if (auto error = authenticate(perform.input, next)) return std::unexpected(std::move(*error));
    return next;
}

}  // namespace swiftgrid::nodes::http_request
