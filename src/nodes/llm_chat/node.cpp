#include "nodes/llm_chat/node.h"

#include "nodes/data_fields.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

constexpr std::uint32_t retries_default = 3;

constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "provider": {
      "title": "Provider",
      "enum": ["openai", "groq", "openrouter", "ollama", "together", "fireworks", "custom", null],
      "description": "Fills in the address; any server that speaks the OpenAI protocol works."
    },
    "baseUrl": {
      "type": "string", "title": "Base URL", "default": "https://api.openai.com/v1",
      "minLength": 1, "x-template": true, "x-control": "template"
    },
    "apiKey": {
      "type": ["string", "null"], "title": "API key", "default": "{{$env.OPENAI_API_KEY}}",
      "x-template": true, "x-control": "template"
    },
    "model": {
      "type": "string", "title": "Model", "default": "gpt-4o", "minLength": 1,
      "x-template": true, "x-control": "template"
    },
    "systemPrompt": {
      "type": ["string", "null"], "title": "System prompt", "default": "", "x-template": true
    },
    "userPrompt": {
      "type": ["string", "null"], "title": "User prompt", "default": "", "x-template": true
    },
    "messages": {
      "type": ["array", "null"], "title": "Further messages", "maxItems": 1000,
      "x-template": true,
      "items": {
        "type": "object", "required": ["role", "content"],
        "properties": {
          "role": {"type": "string", "x-template": true},
          "content": {"type": ["string", "array"], "x-template": true}
        }
      },
      "description": "Sent after the two prompts."
    },
    "temperature": {
      "type": ["number", "null"], "title": "Temperature", "minimum": 0, "maximum": 2,
      "default": 1, "x-template": true, "description": "Null: the server decides."
    },
    "maxTokens": {
      "type": ["integer", "null"], "title": "Tokens at most", "minimum": 1, "maximum": 128000,
      "default": null, "x-template": true
    },
    "stream": {"type": "boolean", "title": "Stream", "default": true},
    "jsonMode": {"type": "boolean", "title": "Answer in JSON", "default": false},
    "jsonSchema": {"type": ["object", "null"], "title": "JSON schema", "default": null},
    "timeoutMs": {
      "type": "integer", "title": "Time limit (ms)", "minimum": 1, "maximum": 86400000,
      "default": 120000
    },
    "idleTimeoutMs": {
      "type": "integer", "title": "Longest silence (ms)", "minimum": 1, "maximum": 86400000,
      "default": 60000
    }
  }
})json";

bool has_messages(const json::object& data) {
    const auto* messages = data.if_contains("messages");
    if (!messages) return false;
    return messages->is_string() || (messages->is_array() && !messages->get_array().empty());
}

void check(const json::object& data, model::DataCheck& check) {
    const std::string_view key = text_at(data, "apiKey");
    if (!key.empty() && !has_placeholder(key))
        check.warning("/apiKey", "inline_secret",
                      "this key is readable by everybody who sees the flow",
                      "Save it as a secret and write {{$env.NAME}} here.");
    const bool empty = text_at(data, "systemPrompt").empty() && text_at(data, "userPrompt").empty();
    if (empty && !has_messages(data))
        check.error("/userPrompt", "missing_field", "there is nothing to send to the model",
                    "Write a prompt.");
}

std::optional<json::value> input_template(const json::object& data) {
    return members_of(data, {"baseUrl", "apiKey", "model", "systemPrompt", "userPrompt", "messages",
                             "temperature", "maxTokens"});
}

}  // namespace

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "llm-chat";
    descriptor.aliases = {"llm", "LLM", "LLMCHAT"};
    descriptor.label = "LLM chat";
    descriptor.icon = "sparkles";
    descriptor.category = "ai";
    descriptor.summary = "Asks a language model.";
    descriptor.available = false;
    descriptor.has_outside_effect = true;
    descriptor.data_schema = model::schema_literal(schema);
    descriptor.field_aliases = {{"base_url", "baseUrl"},           {"api_key", "apiKey"},
                                {"system_prompt", "systemPrompt"}, {"user_prompt", "userPrompt"},
                                {"max_tokens", "maxTokens"},       {"json_mode", "jsonMode"},
                                {"json_schema", "jsonSchema"},     {"timeout_ms", "timeoutMs"}};
    descriptor.retries_default = [](const json::object&) { return retries_default; };
    descriptor.check = check;
    descriptor.input_template = input_template;
    return descriptor;
}

}  // namespace swiftgrid::nodes::llm_chat
