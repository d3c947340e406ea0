#include "nodes/llm_chat/usage.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

template <typename Number>
std::optional<Number> sum_of(const std::optional<Number>& one, const std::optional<Number>& other) {
    if (!one) return other;
    return other ? *one + *other : *one;
}

}  // namespace

std::int64_t estimate_tokens(std::string_view text) {
    constexpr std::int64_t letters_per_token = 4;
    std::int64_t plain = 0;
    std::int64_t others = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            ++plain;
        else if (byte >= 0xc0)  // the first byte of a character
            ++others;
    }
    return (plain + letters_per_token - 1) / letters_per_token + others;
}

Usage usage_of(const Answer& answer, std::string_view messages_sent) {
    if (answer.usage) return *answer.usage;
    Usage usage;
    usage.estimated = true;
    usage.prompt_tokens = estimate_tokens(messages_sent);
    usage.completion_tokens = estimate_tokens(answer.content) + estimate_tokens(answer.reasoning) +
                              estimate_tokens(answer.refusal);
    for (const ToolCall& call : answer.tool_calls)
        usage.completion_tokens += estimate_tokens(call.name) + estimate_tokens(call.arguments);
    usage.total_tokens = usage.prompt_tokens + usage.completion_tokens;
    return usage;
}

Usage sum(const Usage& one, const Usage& other) {
    return {one.prompt_tokens + other.prompt_tokens,
            one.completion_tokens + other.completion_tokens,
            one.total_tokens + other.total_tokens,
            sum_of(one.reasoning_tokens, other.reasoning_tokens),
            sum_of(one.cached_tokens, other.cached_tokens),
            sum_of(one.cost_usd, other.cost_usd),
            one.estimated || other.estimated};
}

json::object to_json_object(const Usage& usage) {
    json::object object{{"prompt_tokens", usage.prompt_tokens},
                        {"completion_tokens", usage.completion_tokens},
                        {"total_tokens", usage.total_tokens}};
    if (usage.reasoning_tokens) object["reasoning_tokens"] = *usage.reasoning_tokens;
    if (usage.cached_tokens) object["cached_tokens"] = *usage.cached_tokens;
    if (usage.cost_usd) object["cost_usd"] = *usage.cost_usd;
    if (usage.estimated) object["estimated"] = true;
    return object;
}

}  // namespace swiftgrid::nodes::llm_chat
