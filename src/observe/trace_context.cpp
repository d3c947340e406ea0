#include "observe/trace_context.h"

#include <algorithm>
#include <span>

#include "base/hex.h"

namespace swiftgrid::observe {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t version_end = 2;
constexpr std::size_t trace_begin = 3;
constexpr std::size_t trace_end = 35;
constexpr std::size_t span_begin = 36;
constexpr std::size_t span_end = 52;
constexpr std::size_t flags_begin = 53;
constexpr std::size_t flags_end = 55;
constexpr std::uint8_t sampled_flag = 1;

std::string hex_of(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

// Lower case only, as the header has it.
bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
    if (text.find_first_not_of(digits) != std::string_view::npos) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] =
            static_cast<std::uint8_t>(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    return true;
}

bool is_zero(std::span<const std::uint8_t> bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

SpanId span_id_of(std::uint64_t number) {
    SpanId id;
    if (number == 0) number = 1;
    for (std::size_t i = 0; i < id.bytes.size(); ++i)
        id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * (id.bytes.size() - 1 - i)));
    return id;
}

std::string to_hex(const TraceId& id) { return hex_of(id.bytes); }
std::string to_hex(const SpanId& id) { return hex_of(id.bytes); }

std::string to_traceparent(const SpanContext& context) {
    return "00-" + to_hex(context.trace) + "-" + to_hex(context.span) +
           (context.is_sampled ? "-01" : "-00");
}

std::optional<SpanContext> parse_traceparent(std::string_view text) {
    if (text.size() < flags_end || text[version_end] != '-' || text[trace_end] != '-' ||
        text[span_end] != '-')
        return std::nullopt;
    // Of a later version we know the beginning, and that more follows behind a dash.
    std::array<std::uint8_t, 1> version{};
    std::array<std::uint8_t, 1> flags{};
    if (!read_hex(text.substr(0, version_end), version) || version[0] == 0xff) return std::nullopt;
    const bool has_more = text.size() > flags_end;
    if (has_more && (version[0] == 0 || text[flags_end] != '-')) return std::nullopt;
    SpanContext context;
    const bool is_read =
        read_hex(text.substr(trace_begin, trace_end - trace_begin), context.trace.bytes) &&
        read_hex(text.substr(span_begin, span_end - span_begin), context.span.bytes) &&
        read_hex(text.substr(flags_begin, flags_end - flags_begin), flags);
    if (!is_read || is_zero(context.trace.bytes) || is_zero(context.span.bytes))
        return std::nullopt;
    context.is_sampled = (flags[0] & sampled_flag) != 0;
    return context;
}

}  // namespace swiftgrid::observe
