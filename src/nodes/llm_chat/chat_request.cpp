#include "nodes/llm_chat/chat_request.h"

#include <algorithm>

#include <fmt/format.h>

#include "net/http_header.h"
#include "nodes/data_fields.h"
#include "nodes/llm_chat/answer_schema.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

bool says(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool mentions_json(const json::array& messages) {
    return std::ranges::any_of(messages, [](const json::value& message) {
        return net::lower_case(to_json(message)).find("json") != std::string::npos;
    });
}

void add_instruction(json::array& messages, std::string text) {
    const bool has_system = !messages.empty() && messages.front().is_object() &&
                            text_at(messages.front().get_object(), "role") == "system";
    if (has_system && messages.front().at("content").is_string()) {
        auto& content = messages.front().get_object()["content"].get_string();
        content.append("\n\n").append(text);
        return;
    }
    messages.insert(messages.begin(),
                    json::object{{"role", "system"}, {"content", std::move(text)}});
}

// A server in JSON mode refuses a conversation that does not say JSON, and one without needs the
// schema in words.
void instruct(const Settings& settings, JsonForm form, json::array& messages) {
    if (settings.schema && form != JsonForm::schema)
        add_instruction(messages,
                        "Answer with JSON alone, without any other text. It must fit "
                        "this JSON schema:\n" +
                            to_json(*settings.schema));
    else if (!settings.schema && !mentions_json(messages))
        add_instruction(messages, "Answer with JSON alone, without any other text.");
}

std::optional<json::object> response_format(const Settings& settings, JsonForm form) {
    if (form == JsonForm::words) return std::nullopt;
    if (!settings.schema || form == JsonForm::object) return json::object{{"type", "json_object"}};
    return json::object{{"type", "json_schema"},
                        {"json_schema",
                         {{"name", "answer"},
                          {"strict", is_strict(*settings.schema)},
                          {"schema", *settings.schema}}}};
}

// The server says that it does not take what the words name.
bool is_unsupported(const std::string& words) {
    return says(words, {"unsupported", "not support", "unknown", "unrecognized", "unexpected",
                        "extra inputs", "extra_forbidden", "not permitted", "not allowed",
                        "invalid parameter", "use 'max_"});
}

}  // namespace

Dialect first_dialect(const Settings& settings) {
    Dialect dialect;
    const bool is_openai = settings.provider == "openai";  // max_tokens is deprecated there
    dialect.max_completion_tokens = settings.token_field == TokenField::max_completion_tokens ||
                                    (settings.token_field == TokenField::automatic && is_openai);
    if (!settings.schema) dialect.json_form = JsonForm::object;
    return dialect;
}

std::string request_body(const Settings& settings, const Dialect& dialect,
                         const std::optional<Correction>& correction) {
    json::object body{{"model", settings.model}};
    json::array messages = settings.messages;
    if (settings.wants_json()) instruct(settings, dialect.json_form, messages);
    if (correction) {
        messages.push_back(json::object{{"role", "assistant"}, {"content", correction->answer}});
        messages.push_back(
            json::object{{"role", "user"},
                         {"content", "That was not right: " + correction->problem +
                                         "\nAnswer once more, with the corrected JSON alone."}});
    }
    body["messages"] = std::move(messages);
    if (settings.temperature && dialect.with_temperature)
        body["temperature"] = *settings.temperature;
    if (settings.max_tokens)
        body[dialect.max_completion_tokens ? "max_completion_tokens" : "max_tokens"] =
            *settings.max_tokens;
    if (settings.wants_json())
        if (auto format = response_format(settings, dialect.json_form))
            body["response_format"] = std::move(*format);
    body["stream"] = settings.stream;
    if (settings.stream && dialect.with_stream_options)
        body["stream_options"] = json::object{{"include_usage", true}};
    for (const auto& member : settings.extra) {
        const std::string_view name = member.key();
        if (name != "model" && name != "messages" && name != "stream") body[name] = member.value();
    }
    return to_json(body);
}

std::optional<Adapted> adapt(const Settings& settings, const Dialect& dialect,
                             const ServerError& refusal) {
    if (refusal.status != 400 && refusal.status != 404 && refusal.status != 415 &&
        refusal.status != 422 && refusal.status != 501)
        return std::nullopt;
    const std::string words = net::lower_case(refusal.param + " " + refusal.message);
    Adapted adapted{dialect, ""};
    const std::string_view field =
        dialect.max_completion_tokens ? "max_completion_tokens" : "max_tokens";
    const std::string_view other =
        dialect.max_completion_tokens ? "max_tokens" : "max_completion_tokens";
    if (settings.max_tokens && settings.token_field == TokenField::automatic &&
        !dialect.other_token_field_failed && says(words, {field}) && is_unsupported(words)) {
        adapted.dialect.max_completion_tokens = !dialect.max_completion_tokens;
        adapted.dialect.other_token_field_failed = true;
        adapted.what = fmt::format("sent {} instead of {}", other, field);
        return adapted;
    }
    if (settings.temperature && dialect.with_temperature && says(words, {"temperature"}) &&
        is_unsupported(words)) {
        adapted.dialect.with_temperature = false;
        adapted.what = "left the temperature to the model, which takes no other";
        return adapted;
    }
    if (settings.stream && dialect.with_stream_options && says(words, {"stream_options"})) {
        adapted.dialect.with_stream_options = false;
        adapted.what = "did not ask for usage within the stream";
        return adapted;
    }
    const bool about_format = says(words, {"response_format", "json_schema", "json_object",
                                           "structured output", "guided", "grammar"});
    if (settings.wants_json() && dialect.json_form != JsonForm::words && about_format) {
        const bool was_schema = dialect.json_form == JsonForm::schema;
        adapted.dialect.json_form = was_schema ? JsonForm::object : JsonForm::words;
        adapted.what = was_schema ? "sent the schema in words, with JSON mode"
                                  : "asked for JSON in words alone";
        return adapted;
    }
    return std::nullopt;
}

}  // namespace swiftgrid::nodes::llm_chat
