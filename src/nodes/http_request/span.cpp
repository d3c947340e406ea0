#include "nodes/http_request/span.h"

#include <charconv>

#include "net/url.h"

namespace swiftgrid::nodes::http_request {
namespace {

std::string member_text(const JsonText* object, const char* name) {
    const auto member = object ? object->child(std::string(name)) : std::nullopt;
    return member ? member->as_plain_text() : std::string();
}

// Of the result, or of the failure's details.
std::optional<std::int64_t> status_of(const RecordedAttempt& attempt) {
    const JsonText* holder = attempt.result;
    if (attempt.error && attempt.error->details) holder = &*attempt.error->details;
    const std::string text = member_text(holder, "status");
    std::int64_t status = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), status);
    if (read.ec != std::errc()) return std::nullopt;
    return status;
}

}  // namespace

void describe_span(const RecordedAttempt& attempt, observe::Span& span) {
    span.kind = observe::SpanKind::client;
    std::string method = member_text(attempt.input, "method");
    if (method.empty()) method = "GET";
    span.attributes.emplace_back("http.request.method", observe::attribute_text(method));
    const std::string url = observe::attribute_url(member_text(attempt.input, "url"));
    if (!url.empty()) span.attributes.emplace_back("url.full", url);
    if (const auto parts = net::parse_url(url)) {
        span.attributes.emplace_back("server.address", parts->host);
        span.attributes.emplace_back("server.port", static_cast<std::int64_t>(parts->port));
    }
    if (const auto status = status_of(attempt))
        span.attributes.emplace_back("http.response.status_code", *status);
}

}  // namespace swiftgrid::nodes::http_request
