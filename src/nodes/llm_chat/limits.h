#pragma once

// How long a model may take and how much it may say (engine.md section 9 for what users see).

#include "base/limits.h"

namespace swiftgrid::limits {

constexpr std::int64_t llm_time_ms = 120'000;
// A local server loads the model before its first answer.
constexpr std::int64_t llm_first_byte_ms = 120'000;
constexpr std::int64_t llm_idle_ms = 60'000;
// What one answer may say; and what it may take to say it: every token comes in an event of its
// own.
constexpr std::size_t llm_answer_bytes = 4 * mebibyte;
constexpr std::size_t llm_stream_bytes = 256 * mebibyte;
// One event, or a whole answer that is no stream.
constexpr std::size_t llm_event_bytes = 4 * mebibyte;
// Servers and models whose peculiarities are remembered.
constexpr std::size_t llm_dialects = 1'000;

}  // namespace swiftgrid::limits
