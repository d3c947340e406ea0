#pragma once

// A question to a language model as a client span. The conventions for generative AI are still in
// development: their names are here and nowhere else. Neither prompts nor answers are told.

#include "nodes/attempt_span.h"

namespace swiftgrid::nodes::llm_chat {

void describe_span(const RecordedAttempt& attempt, observe::Span& span);

}  // namespace swiftgrid::nodes::llm_chat
