#pragma once

// What a chat completion said so far, whichever way it came: pieces of a stream or one message.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace swiftgrid::nodes::llm_chat {

struct Usage {
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t total_tokens = 0;
    std::optional<std::int64_t> reasoning_tokens;
    std::optional<std::int64_t> cached_tokens;
    std::optional<double> cost_usd;  // as the server says, or by the price table
    bool estimated = false;          // counted by us: the server said nothing

    bool operator==(const Usage&) const = default;
};

struct ToolCall {
    std::string id;
    std::string name;
    std::string arguments;  // JSON as text, as it came

    bool operator==(const ToolCall&) const = default;
};

// An error in the server's own words; members it did not give are empty.
struct ServerError {
    int status = 0;  // of HTTP, or a number the error gave as its code
    std::string message;
    std::string type;
    std::string code;
    std::string param;
};

struct Answer {
    std::string content;
    std::string reasoning;
    std::string refusal;
    std::vector<ToolCall> tool_calls;
    std::string model;
    std::string finish_reason;
    std::optional<Usage> usage;
    std::optional<ServerError> error;
    bool has_choice = false;
    bool done = false;  // the stream said so

    bool is_complete() const { return done || !finish_reason.empty(); }
    // Something that was for the user has come.
    bool has_begun() const {
        return !content.empty() || !reasoning.empty() || !refusal.empty() || !tool_calls.empty();
    }
    std::size_t bytes() const {
        std::size_t sum = content.size() + reasoning.size() + refusal.size();
        for (const ToolCall& call : tool_calls)
            sum += sizeof call + call.id.size() + call.name.size() + call.arguments.size();
        return sum;
    }
};

}  // namespace swiftgrid::nodes::llm_chat
