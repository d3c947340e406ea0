#include "nodes/llm_chat/node.h"

#include "net/http_header.h"
#include "nodes/data_fields.h"
#include "nodes/llm_chat/answer_schema.h"
#include "nodes/llm_chat/presets.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

constexpr std::uint32_t retries_default = 3;

constexpr std::string_view schema_text = R"json({
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
    "stream": {
      "type": "boolean", "title": "Stream", "default": true,
      "description": "Shows the answer as it is written."
    },
    "jsonMode": {
      "type": "boolean", "title": "Answer in JSON", "default": false,
      "description": "The result's `json` is the answer, parsed."
    },
    "jsonSchema": {
      "type": ["object", "null"], "title": "JSON schema", "default": null,
      "description": "What the answer must be; it is checked here too, and asked for once more when it does not fit."
    },
    "price": {
      "type": ["object", "null"], "title": "Price per million tokens", "default": null,
      "required": ["input", "output"], "additionalProperties": false,
      "properties": {
        "input": {"type": "number", "title": "Dollars in", "minimum": 0, "maximum": 1000000},
        "cachedInput": {"type": ["number", "null"], "title": "Dollars in, cached", "minimum": 0,
                        "maximum": 1000000},
        "output": {"type": "number", "title": "Dollars out", "minimum": 0, "maximum": 1000000}
      },
      "description": "In dollars. Null: what the server reports, else the table of prices."
    },
    "timeoutMs": {
      "type": "integer", "title": "Time limit (ms)", "minimum": 1, "maximum": 86400000,
      "default": 120000
    },
    "firstByteTimeoutMs": {
      "type": "integer", "title": "Time until the answer begins (ms)", "minimum": 1,
      "maximum": 86400000, "default": 120000,
      "description": "A local server may have to load the model first."
    },
    "idleTimeoutMs": {
      "type": "integer", "title": "Longest silence (ms)", "minimum": 1, "maximum": 86400000,
      "default": 60000, "description": "Within an answer that has begun."
    },
    "extra": {
      "type": ["object", "string", "null"], "title": "Further request fields", "x-template": true,
      "description": "Sent as they are: top_p, stop, seed, reasoning_effort, tools …"
    },
    "tokenLimitField": {
      "type": "string", "title": "Field of the token limit", "default": "auto",
      "enum": ["auto", "max_tokens", "max_completion_tokens"],
      "description": "auto tries the other one when the server refuses the first."
    },
    "path": {
      "type": ["string", "null"], "title": "Path", "default": "/chat/completions",
      "maxLength": 1000, "description": "Appended to the base URL."
    },
    "query": {
      "type": ["object", "null"], "title": "Query", "x-control": "pairs", "x-template": true,
      "description": "Appended to the address, such as Azure's api-version."
    },
    "headers": {
      "type": ["object", "null"], "title": "Headers", "x-control": "pairs", "x-template": true,
      "description": "Sent besides our own."
    },
    "authHeader": {
      "type": ["string", "null"], "title": "Header of the API key", "default": "Authorization",
      "maxLength": 100,
      "description": "Authorization sends Bearer and the key, any other (Azure: api-key) the key alone."
    }
  }
})json";

bool has_messages(const json::object& data) {
    const auto* messages = data.if_contains("messages");
    if (!messages) return false;
    return messages->is_string() || (messages->is_array() && !messages->get_array().empty());
}

// A chosen provider fills in its address and key where none is given.
void upgrade(json::object& data) {
    const Preset* preset = find_preset(text_at(data, "provider"));
    if (!preset || preset->base_url.empty()) return;
    if (!data.contains("baseUrl")) data["baseUrl"] = preset->base_url;
    if (!data.contains("apiKey")) data["apiKey"] = preset->api_key;
}

void check_key(const json::object& data, model::DataCheck& check) {
    const std::string_view key = text_at(data, "apiKey");
    if (!key.empty() && !has_placeholder(key) && key != find_preset("ollama")->api_key)
        check.warning("/apiKey", "inline_secret",
                      "this key is readable by everybody who sees the flow",
                      "Save it as a secret and write {{$env.NAME}} here.");
    const std::string_view header = text_at(data, "authHeader");
    if (!header.empty() && !net::is_token(header))
        check.error("/authHeader", "invalid_value",
                    "this has a character that a header's name may not have",
                    "Write the name alone, such as Authorization or api-key.");
}

void check_schema(const json::object& data, model::DataCheck& check) {
    const auto* schema = data.if_contains("jsonSchema");
    if (!schema || !schema->is_object()) return;
    for (const SchemaNote& note : examine_schema(schema->get_object())) {
        if (note.is_error)
            check.error("/jsonSchema" + note.pointer, "invalid_schema", note.what,
                        "Correct the schema here.");
        else
            check.warning("/jsonSchema" + note.pointer, "unchecked_keyword",
                          "the model is told of this keyword, but answers are not checked for it",
                          "Check it in a later node if it matters.");
    }
}

void check(const json::object& data, model::DataCheck& check) {
    check_key(data, check);
    check_schema(data, check);
    const bool empty = text_at(data, "systemPrompt").empty() && text_at(data, "userPrompt").empty();
    if (empty && !has_messages(data))
        check.error("/userPrompt", "missing_field", "there is nothing to send to the model",
                    "Write a prompt.");
}

std::optional<json::value> input_template(const json::object& data) {
    return members_of(data, {"baseUrl", "apiKey", "model", "systemPrompt", "userPrompt", "messages",
                             "temperature", "maxTokens", "extra", "query", "headers"});
}

class Behaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode&, const JsonText&) const override {
        return engine::Perform{};
    }
};

}  // namespace

model::NodeDescriptor make_descriptor() {
    model::NodeDescriptor descriptor;
    descriptor.type = "llm-chat";
    descriptor.aliases = {"llm", "LLM", "LLMCHAT"};
    descriptor.label = "LLM chat";
    descriptor.icon = "sparkles";
    descriptor.category = "ai";
    descriptor.summary = "Asks a language model.";
    descriptor.has_outside_effect = true;
    descriptor.data_schema = model::schema_literal(schema_text);
    descriptor.field_aliases = {{"base_url", "baseUrl"},           {"api_key", "apiKey"},
                                {"system_prompt", "systemPrompt"}, {"user_prompt", "userPrompt"},
                                {"max_tokens", "maxTokens"},       {"json_mode", "jsonMode"},
                                {"json_schema", "jsonSchema"},     {"timeout_ms", "timeoutMs"}};
    descriptor.upgrade = upgrade;
    descriptor.retries_default = [](const json::object&) { return retries_default; };
    descriptor.check = check;
    descriptor.input_template = input_template;
    return descriptor;
}

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::llm_chat
