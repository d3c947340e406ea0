#include "nodes/attempt_span.h"

#include <array>

#include "nodes/http_request/span.h"
#include "nodes/llm_chat/span.h"

namespace swiftgrid::nodes {
namespace {

struct SpanOfType {
    std::string_view type;
    void (*describe)(const RecordedAttempt& attempt, observe::Span& span);
};

// The others are what they are: a node with a name.
constexpr std::array<SpanOfType, 2> spans_of_types{{
    {"http-request", http_request::describe_span},
    {"llm-chat", llm_chat::describe_span},
}};

}  // namespace

void describe_attempt(const RecordedAttempt& attempt, observe::Span& span) {
    span.name = attempt.node.id;
    for (const SpanOfType& each : spans_of_types)
        if (attempt.node.descriptor->type == each.type) each.describe(attempt, span);
}

}  // namespace swiftgrid::nodes
