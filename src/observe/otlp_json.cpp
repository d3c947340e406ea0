#include "observe/otlp_json.h"

#include "base/json.h"
#include "base/overloaded.h"

namespace swiftgrid::observe {
namespace {

constexpr std::string_view nanoseconds_of_one = "000000";  // behind milliseconds

void append_text_value(std::string& out, std::string_view text) {
    out += R"({"stringValue":)";
    append_json_string(out, text);
    out += '}';
}

void append_value(std::string& out, const AttributeValue& value) {
    std::visit(
        Overloaded{
            [&](const std::string& text) { append_text_value(out, text); },
            [&](std::int64_t number) {
                out += R"({"intValue":")" + std::to_string(number) + R"("})";
            },
            [&](bool flag) { out += flag ? R"({"boolValue":true})" : R"({"boolValue":false})"; },
            [&](const std::vector<std::string>& texts) {
                out += R"({"arrayValue":{"values":[)";
                for (std::size_t i = 0; i < texts.size(); ++i) {
                    if (i > 0) out += ',';
                    append_text_value(out, texts[i]);
                }
                out += "]}}";
            },
        },
        value);
}

void append_attributes(std::string& out, const Attributes& attributes) {
    out += R"("attributes":[)";
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        if (i > 0) out += ',';
        out += R"({"key":)";
        append_json_string(out, attributes[i].first);
        out += R"(,"value":)";
        append_value(out, attributes[i].second);
        out += '}';
    }
    out += ']';
}

void append_time(std::string& out, std::string_view member, Instant at) {
    out += ",\"";
    out += member;
    out += "\":\"" + std::to_string(at.milliseconds_since_epoch);
    out += nanoseconds_of_one;
    out += '"';
}

void append_span(std::string& out, const Span& span) {
    constexpr int error_code = 2;
    out += R"({"traceId":")" + to_hex(span.context.trace) + R"(","spanId":")" +
           to_hex(span.context.span) + '"';
    if (span.parent) out += R"(,"parentSpanId":")" + to_hex(*span.parent) + '"';
    out += R"(,"name":)";
    append_json_string(out, span.name);
    out += R"(,"kind":)" + std::to_string(static_cast<int>(span.kind));
    append_time(out, "startTimeUnixNano", span.began);
    append_time(out, "endTimeUnixNano", span.ended);
    out += ',';
    append_attributes(out, span.attributes);
    out += R"(,"status":{)";
    if (span.error) {
        out += R"("code":)" + std::to_string(error_code) + R"(,"message":)";
        append_json_string(out, *span.error);
    }
    out += "}}";
}

}  // namespace

std::string otlp_json(std::span<const Span> spans, const Attributes& resource) {
    std::string out = R"({"resourceSpans":[{"resource":{)";
    append_attributes(out, resource);
    out += R"(},"scopeSpans":[{"scope":{"name":"swiftgrid"},"spans":[)";
    for (std::size_t i = 0; i < spans.size(); ++i) {
        if (i > 0) out += ',';
        append_span(out, spans[i]);
    }
    out += "]}]}]}";
    return out;
}

}  // namespace swiftgrid::observe
