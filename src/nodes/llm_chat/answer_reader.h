#pragma once

// Reads chat completions as servers really send them (OpenAI and those that call themselves
// compatible): the chunks of a stream and whole messages have the same members. Pure.

#include <string>
#include <string_view>

#include "nodes/llm_chat/answer.h"

namespace swiftgrid::nodes::llm_chat {

// What one chunk added, for whoever watches.
struct Added {
    std::string content;
    std::string reasoning;
};

// Takes `<think>…</think>` at the beginning of a content out of it, also when the tags arrive in
// pieces.
class ThoughtSplitter {
public:
    Added feed(std::string_view piece);
    // The content has ended: what was held back because it could have become a tag.
    Added finish();

private:
    enum class Part { before, thought, gap, answer };

    Part part_ = Part::before;
    std::string held_;
};

class AnswerReader {
public:
    // The data of one event of a stream, `[DONE]` included. False: it is not of the protocol.
    bool read_event(std::string_view data, Added& added);

    // A whole body. False: it is not of the protocol.
    bool read_body(std::string_view body);

    // Nothing more comes.
    Added finish();

    const Answer& answer() const { return answer_; }
    Answer& answer() { return answer_; }

private:
    void read(const json::object& chunk, Added& added);
    void read_choice(const json::object& choice, Added& added);
    void read_message(const json::object& message, Added& added);
    void read_content(const json::value& content, Added& added);
    void read_tool_call(const json::object& piece);
    void add_content(std::string_view text, Added& added);
    void add_reasoning(std::string_view text, Added& added);

    Answer answer_;
    ThoughtSplitter splitter_;
    std::vector<std::int64_t> tool_indices_;  // by the place in answer_.tool_calls
};

// `{"error": …}` in its many forms; nothing when the value is no error.
std::optional<ServerError> read_error(const json::value& value);

// `usage` as servers give it; nothing when it holds no counts.
std::optional<Usage> read_usage(const json::value& value);

}  // namespace swiftgrid::nodes::llm_chat
