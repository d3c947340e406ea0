#pragma once

// Where in a trace something happens, as W3C Trace Context writes it: the header `traceparent`.
// Which ids runs and attempts have is decided by runtime/run_tracer.h.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swiftgrid::observe {

struct TraceId {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const TraceId&) const = default;
};

struct SpanId {
    std::array<std::uint8_t, 8> bytes{};
    auto operator<=>(const SpanId&) const = default;
};

// Never the invalid id of zeros.
SpanId span_id_of(std::uint64_t number);

std::string to_hex(const TraceId& id);
std::string to_hex(const SpanId& id);

struct SpanContext {
    TraceId trace;
    SpanId span;
    bool is_sampled = false;
    auto operator<=>(const SpanContext&) const = default;
};

// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
std::string to_traceparent(const SpanContext& context);

// Nothing when the specification says that the header is to be ignored.
std::optional<SpanContext> parse_traceparent(std::string_view text);

}  // namespace swiftgrid::observe
