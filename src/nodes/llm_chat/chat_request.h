#pragma once

// The body of a chat completion request, and how it is changed for a server that says it does not
// know one of its fields. Pure.

#include <optional>
#include <string>

#include "nodes/llm_chat/answer.h"
#include "nodes/llm_chat/settings.h"

namespace swiftgrid::nodes::llm_chat {

// How the answer is kept to JSON: by the server and a schema, by the server, or by words alone.
enum class JsonForm : std::uint8_t { schema, object, words };

// What is known of a server and a model: it begins as most are, and learns from refusals. Every
// step leaves less to leave out, so that adapting ends.
struct Dialect {
    bool max_completion_tokens = false;  // the name of the token limit
    bool other_token_field_failed = false;
    bool with_temperature = true;
    bool with_stream_options = true;
    JsonForm json_form = JsonForm::schema;

    bool operator==(const Dialect&) const = default;
};

Dialect first_dialect(const Settings& settings);

// The answer was not right: it is sent back with what is wrong.
struct Correction {
    std::string answer;
    std::string problem;
};

std::string request_body(const Settings& settings, const Dialect& dialect,
                         const std::optional<Correction>& correction);

struct Adapted {
    Dialect dialect;
    std::string what;  // for people
};

// Nothing: the refusal is about something else.
std::optional<Adapted> adapt(const Settings& settings, const Dialect& dialect,
                             const ServerError& refusal);

}  // namespace swiftgrid::nodes::llm_chat
