#include "nodes/llm_chat/span.h"

#include <charconv>

namespace swiftgrid::nodes::llm_chat {
namespace {

constexpr const char* operation_attribute = "gen_ai.operation.name";
constexpr const char* provider_attribute = "gen_ai.provider.name";
constexpr const char* request_model_attribute = "gen_ai.request.model";
constexpr const char* response_model_attribute = "gen_ai.response.model";
constexpr const char* finish_reasons_attribute = "gen_ai.response.finish_reasons";
constexpr const char* input_tokens_attribute = "gen_ai.usage.input_tokens";
constexpr const char* output_tokens_attribute = "gen_ai.usage.output_tokens";

std::string text_of_member(const JsonText* object, const char* name) {
    const auto member = object ? object->child(std::string(name)) : std::nullopt;
    if (!member || member->is_null()) return "";
    return observe::attribute_text(member->as_plain_text());
}

void add_tokens(observe::Span& span, const char* attribute, const JsonText& usage,
                const char* member) {
    const std::string text = text_of_member(&usage, member);
    std::int64_t tokens = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), tokens);
    if (read.ec == std::errc()) span.attributes.emplace_back(attribute, tokens);
}

}  // namespace

void describe_span(const RecordedAttempt& attempt, observe::Span& span) {
    span.kind = observe::SpanKind::client;
    const auto add = [&](const char* attribute, std::string text) {
        if (!text.empty()) span.attributes.emplace_back(attribute, std::move(text));
    };
    const std::string model = text_of_member(attempt.input, "model");
    span.name = model.empty() ? "chat" : "chat " + model;
    add(operation_attribute, "chat");
    add(provider_attribute, text_of_member(attempt.extras, "provider"));
    add(request_model_attribute, model);
    add(response_model_attribute, text_of_member(attempt.extras, "model"));
    const std::string reason = text_of_member(attempt.result, "finish_reason");
    if (!reason.empty())
        span.attributes.emplace_back(finish_reasons_attribute, std::vector<std::string>{reason});
    const auto usage = attempt.extras ? attempt.extras->child(std::string("usage")) : std::nullopt;
    if (!usage) return;
    add_tokens(span, input_tokens_attribute, *usage, "prompt_tokens");
    add_tokens(span, output_tokens_attribute, *usage, "completion_tokens");
}

}  // namespace swiftgrid::nodes::llm_chat
