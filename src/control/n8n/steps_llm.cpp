// n8n's OpenAI node, and its chain with a chat model, as an LLM chat.

#include <algorithm>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/step.h"

namespace swiftgrid::control::n8n {
namespace {

void put_model_options(StepMaker& maker, const json::object& options) {
    json::object& data = maker.data();
    const auto* temperature = options.if_contains("temperature");
    if (temperature && temperature->is_number())
        data["temperature"] = std::clamp(temperature->to_number<double>(), 0.0, 2.0);
    const auto tokens = integer_at(options, "maxTokens", 0);
    if (tokens > 0) data["maxTokens"] = std::min(tokens, limits::answer_tokens_max);
    const auto timeout = integer_at(options, "timeout", 0);
    if (timeout > 0) data["timeoutMs"] = std::min(timeout, limits::http_time_ms_max);
    for (const char* name : {"baseURL", "baseUrl"})
        if (const auto url = text_at(options, name); !url.empty()) {
            data["baseUrl"] = maker.value_of(options, name);
            data["provider"] = "custom";
        }
    maker.name_left_out(options, {"temperature", "maxTokens", "timeout", "baseURL", "baseUrl"});
}

std::string text_of(json::value value) {
    if (value.is_string()) return std::string(value.get_string());
    return value.is_null() ? "" : to_json(value);
}

// A model that is a node of its own.
void put_model(StepMaker& maker, const SourceNode& model) {
    json::object& data = maker.data();
    const auto* name = model.parameters.if_contains("model");
    if (name) {
        std::string text = text_of(maker.convert(located_value(*name)));
        if (!text.empty()) data["model"] = text;
    }
    put_model_options(maker, object_member(model.parameters, "options"));
    if (model.kind == "lmChatOllama") {
        data["provider"] = "ollama";
        data["baseUrl"] = "http://localhost:11434/v1";
        data["apiKey"] = "";
        maker.changed("where Ollama answers is not in the file",
                      "Check the address, and allow it with --allow-egress when it is private.");
        return;
    }
    std::string secret = "OPENAI_API_KEY";
    for (const auto& credential : model.credentials)
        if (credential.value().is_object())
            if (auto found = env_name_of(text_at(credential.value().get_object(), "name"));
                !found.empty())
                secret = std::move(found);
    data["apiKey"] = "{{$env." + secret + "}}";
    maker.note(NoteSeverity::warning, "its key is a secret to fill in", "Store it.");
    if (model.kind != "lmChatOpenAi")
        maker.changed(fmt::format("its model is of the kind '{}'", model.kind),
                      "Choose a server that speaks OpenAI's protocol.");
}

void begin_chat(StepMaker& maker) {
    maker.step().type = "llm-chat";
    maker.step().place = {maker.step().id,
                          "",
                          {{"message.content", "content"},
                           {"response.text", "content"},
                           {"text", "content"},
                           {"output", "content"}}};
}

// What is said to the model besides the prompt; false when the prompt has to come last.
bool put_chain_messages(StepMaker& maker) {
    json::array messages;
    for (const json::value& entry :
         array_member(object_member(maker.parameters(), "messages"), "messageValues")) {
        const auto* object = entry.if_object();
        if (!object) continue;
        if (text_at(*object, "messageType").starts_with("image")) {
            maker.changed("a message with an image was left out", "Add it in this step.");
            continue;
        }
        const std::string_view type = text_at(*object, "type");
        const std::string text = text_of(maker.value_of(*object, "message"));
        const bool is_system = type.empty() || type.starts_with("System");
        if (is_system && messages.empty() && !maker.data().contains("systemPrompt")) {
            maker.data()["systemPrompt"] = text;
            continue;
        }
        const char* role = type.starts_with("AI") ? "assistant" : "user";
        messages.push_back(json::object{{"role", is_system ? "system" : role}, {"content", text}});
    }
    if (!messages.empty()) maker.data()["messages"] = std::move(messages);
    return !maker.data().contains("messages");
}

}  // namespace

void make_openai(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const std::string_view resource = text_at(parameters, "resource");
    const std::string_view operation = text_at(parameters, "operation");
    const bool is_chat = (resource.empty() || resource == "text" || resource == "chat") &&
                         (operation.empty() || operation == "message" || operation == "complete" ||
                          operation == "response");
    if (!is_chat)
        return maker.unsupported(fmt::format("OpenAI's '{} {}'", resource, operation),
                                 "Call it with an HTTP request.");
    begin_chat(maker);
    const auto* model = parameters.if_contains("modelId");
    if (!model) model = parameters.if_contains("model");
    if (model)
        if (std::string name = text_of(maker.convert(located_value(*model))); !name.empty())
            maker.data()["model"] = name;
    json::array messages;
    for (const char* list : {"messages", "prompt", "responses"}) {
        json::array values = array_member(object_member(parameters, list), "values");
        if (values.empty()) values = array_member(object_member(parameters, list), "messages");
        for (const json::value& entry : values) {
            const auto* object = entry.if_object();
            if (!object) continue;
            std::string_view role = text_at(*object, "role");
            messages.push_back(
                json::object{{"role", role.empty() ? "user" : role},
                             {"content", text_of(maker.value_of(*object, "content"))}});
        }
    }
    if (messages.empty())
        maker.data()["userPrompt"] = text_of(maker.value("prompt"));
    else
        maker.data()["messages"] = std::move(messages);
    if (flag_at(parameters, "jsonOutput", false)) {
        maker.data()["jsonMode"] = true;
        maker.step().place.renamed.insert(maker.step().place.renamed.begin(),
                                          {"message.content", "json"});
    }
    for (const SourceNode* part : maker.model_parts())
        maker.changed(fmt::format("its part '{}' was left out", part->name),
                      "Work on the answer in the next step.");
    put_model_options(maker, object_member(parameters, "options"));
    maker.data()["apiKey"] = maker.secret("openAiApi");
    maker.note(NoteSeverity::warning, "its key is a secret to fill in", "Store it.");
}

void make_chain(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    begin_chat(maker);
    const bool is_defined =
        text_at(parameters, "promptType") == "define" || maker.node().version < 1.4;
    const char* name = parameters.contains("text") ? "text" : "prompt";
    const std::string prompt = is_defined && parameters.contains(name)
                                   ? text_of(maker.value(name))
                                   : "{{" + maker.input().in_template() + ".chatInput}}";
    // Our messages follow the two prompts; n8n's prompt follows the messages.
    if (put_chain_messages(maker))
        maker.data()["userPrompt"] = prompt;
    else
        maker.data()["messages"].get_array().push_back(
            json::object{{"role", "user"}, {"content", prompt}});
    bool has_model = false;
    for (const SourceNode* part : maker.model_parts()) {
        if (part->kind.starts_with("lm") && !has_model) {
            has_model = true;
            put_model(maker, *part);
        } else {
            maker.changed(fmt::format("its part '{}' was left out", part->name),
                          "Ask for JSON in this step, or work on the answer in the next one.");
        }
    }
    if (!has_model) maker.changed("it has no model", "Choose one.");
}

}  // namespace swiftgrid::control::n8n
