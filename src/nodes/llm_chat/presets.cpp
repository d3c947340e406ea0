#include "nodes/llm_chat/presets.h"

#include <algorithm>

namespace swiftgrid::nodes::llm_chat {
namespace {

constexpr std::string_view custom = "custom";

// "api.openai.com", with the port where the address names one.
std::string_view authority_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    return url.substr(0, url.find_first_of("/?#"));
}

bool is_ollama(std::string_view authority) { return authority.ends_with(":11434"); }

}  // namespace

std::span<const Preset> presets() {
    static const std::vector<Preset> all = {
        {"openai",
         "OpenAI",
         "https://api.openai.com/v1",
         "{{$env.OPENAI_API_KEY}}",
         {"gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o4-mini"}},
        {"groq",
         "Groq",
         "https://api.groq.com/openai/v1",
         "{{$env.GROQ_API_KEY}}",
         {"llama-3.1-70b-versatile", "llama-3.3-70b-versatile", "llama-3.1-8b-instant"}},
        {"openrouter",
         "OpenRouter",
         "https://openrouter.ai/api/v1",
         "{{$env.OPENROUTER_API_KEY}}",
         {"openai/gpt-4o", "anthropic/claude-3.5-sonnet", "google/gemini-2.0-flash-001"},
         false,
         "One key for many providers; also the way to Anthropic's Claude."},
        {"ollama",
         "Ollama (local)",
         "http://localhost:11434/v1",
         "ollama",
         {"llama3.2", "qwen2.5", "mistral"},
         true,
         "The server's operator has to open it, in the settings or with --allow-egress "
         "localhost:11434. The first answer "
         "may take a minute while the model is loaded."},
        {"together",
         "Together AI",
         "https://api.together.xyz/v1",
         "{{$env.TOGETHER_API_KEY}}",
         {"meta-llama/Llama-3.1-70B-Instruct-Turbo"}},
        {"fireworks",
         "Fireworks",
         "https://api.fireworks.ai/inference/v1",
         "{{$env.FIREWORKS_API_KEY}}",
         {"accounts/fireworks/models/llama-v3p1-70b-instruct"}},
        {custom,
         "Custom",
         "",
         "",
         {},
         false,
         "Any server that speaks OpenAI's chat protocol: vLLM, LM Studio, llama.cpp, LiteLLM, "
         "Azure OpenAI …"},
    };
    return all;
}

const Preset* find_preset(std::string_view id) {
    const auto found = std::ranges::find(presets(), id, &Preset::id);
    return found == presets().end() ? nullptr : &*found;
}

std::string_view provider_of(std::string_view base_url) {
    const std::string_view authority = authority_of(base_url);
    if (authority.empty()) return custom;
    if (is_ollama(authority)) return "ollama";
    for (const Preset& preset : presets())
        if (authority == authority_of(preset.base_url)) return preset.id;
    return custom;
}

json::object presets_json() {
    json::array items;
    for (const Preset& preset : presets()) {
        json::array models(preset.models.begin(), preset.models.end());
        json::object item{{"id", preset.id},
                          {"label", preset.label},
                          {"baseUrl", preset.base_url},
                          {"apiKey", preset.api_key},
                          {"model", models.empty() ? json::value("") : models.front()},
                          {"models", std::move(models)},
                          {"local", preset.is_local}};
        if (!preset.hint.empty()) item["hint"] = preset.hint;
        items.push_back(std::move(item));
    }
    return {{"items", std::move(items)}, {"nextCursor", nullptr}};
}

}  // namespace swiftgrid::nodes::llm_chat
