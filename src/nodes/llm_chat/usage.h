#pragma once

// Counting tokens: what a server reported, or what we guess when it did not. Pure.

#include <string_view>

#include "nodes/llm_chat/answer.h"

namespace swiftgrid::nodes::llm_chat {

// About as many tokens as current vocabularies make of it: four letters of plain text, or one
// character of anything else.
std::int64_t estimate_tokens(std::string_view text);

// What the answer reports, else counted from the messages sent and what came.
Usage usage_of(const Answer& answer, std::string_view messages_sent);

// Of two requests of one attempt.
Usage sum(const Usage& one, const Usage& other);

// `{ prompt_tokens, completion_tokens, total_tokens, … }` of the contract.
json::object to_json_object(const Usage& usage);

}  // namespace swiftgrid::nodes::llm_chat
