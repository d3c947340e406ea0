#pragma once

// One piece of work in a trace, over and done with. Plain data: otlp_json.h writes it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "observe/trace_context.h"

namespace swiftgrid::observe {

// The numbers of the protocol.
enum class SpanKind : std::uint8_t { internal = 1, server = 2, client = 3 };

using AttributeValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

struct Span {
    SpanContext context;
    std::optional<SpanId> parent;
    std::string name;
    SpanKind kind = SpanKind::internal;
    Instant began;
    Instant ended;
    // What went wrong; nothing: it did not.
    std::optional<std::string> error;
    Attributes attributes;
};

// At most limits::trace_attribute_bytes, cut between two characters.
std::string attribute_text(std::string_view text);

// A URL without user, password, query and fragment: those hold keys and people's data.
std::string attribute_url(std::string_view url);

}  // namespace swiftgrid::observe
