#include "nodes/llm_chat/answer_reader.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "nodes/charset.h"
#include "nodes/data_fields.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

constexpr std::string_view think_open = "<think>";
constexpr std::string_view think_close = "</think>";

std::string_view without_white_space(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

const json::object* object_at(const json::object& parent, std::string_view name) {
    const auto* member = parent.if_contains(name);
    return member ? member->if_object() : nullptr;
}

const json::array* array_at(const json::object& parent, std::string_view name) {
    const auto* member = parent.if_contains(name);
    return member ? member->if_array() : nullptr;
}

std::optional<std::int64_t> count_at(const json::object* parent, std::string_view name) {
    const auto* member = parent ? parent->if_contains(name) : nullptr;
    if (!member || !member->is_number()) return std::nullopt;
    const double number = member->to_number<double>();
    constexpr double most = 1e15;  // of any meaning; and exact
    if (!(number >= 0) || number > most) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

// A broken character is worth a repair, not the loss of the answer.
std::optional<json::value> parse(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed) parsed = parse_json(repair_utf8(text));
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

// How much of the end of the text could be the beginning of the tag.
std::size_t tag_begun(std::string_view text, std::string_view tag) {
    for (std::size_t size = std::min(text.size(), tag.size() - 1); size > 0; --size)
        if (text.ends_with(tag.substr(0, size))) return size;
    return 0;
}

std::string code_text(const json::value& code) {
    if (code.is_string()) return std::string(std::string_view(code.get_string()));
    return code.is_null() ? "" : to_json(code);
}

ServerError error_of(const json::object& error) {
    ServerError read;
    read.message = text_at(error, "message");
    read.type = text_at(error, "type");
    read.param = text_at(error, "param");
    if (const auto* code = error.if_contains("code")) {
        read.code = code_text(*code);
        if (code->is_int64() && code->get_int64() >= 400 && code->get_int64() <= 599)
            read.status = static_cast<int>(code->get_int64());
    }
    // OpenRouter and others tell what the provider behind them said.
    const auto* metadata = object_at(error, "metadata");
    if (metadata && !text_at(*metadata, "raw").empty())
        read.message += ": " + std::string(text_at(*metadata, "raw"));
    // Azure says in an inner error what its filter found.
    const auto* inner = object_at(error, "innererror");
    if (inner && read.code.empty()) read.code = text_at(*inner, "code");
    return read;
}

// FastAPI's `detail`: text, or a list of what is wrong.
std::string detail_text(const json::value& detail) {
    if (detail.is_string()) return std::string(std::string_view(detail.get_string()));
    return to_json(detail);
}

}  // namespace

Added ThoughtSplitter::feed(std::string_view piece) {
    Added added;
    held_ += piece;
    if (part_ == Part::before) {
        const std::string_view text = std::string_view(held_);
        const std::size_t start = std::min(text.find_first_not_of(" \t\r\n"), text.size());
        const std::string_view begun = text.substr(start);
        if (begun.size() < think_open.size() && think_open.starts_with(begun)) return added;
        const bool thinks = begun.starts_with(think_open);
        part_ = thinks ? Part::thought : Part::answer;
        if (thinks) held_.erase(0, start + think_open.size());
    }
    if (part_ == Part::thought) {
        const std::size_t close = held_.find(think_close);
        const bool closed = close != std::string::npos;
        const std::size_t end = closed ? close : held_.size() - tag_begun(held_, think_close);
        added.reasoning = held_.substr(0, end);
        held_.erase(0, closed ? close + think_close.size() : end);
        if (!closed) return added;
        part_ = Part::gap;
    }
    if (part_ == Part::gap) {  // the empty lines between a thought and the answer
        held_.erase(0, std::min(held_.find_first_not_of("\r\n"), held_.size()));
        if (held_.empty()) return added;
        part_ = Part::answer;
    }
    added.content = std::exchange(held_, {});
    return added;
}

Added ThoughtSplitter::finish() {
    Added added;
    (part_ == Part::thought ? added.reasoning : added.content) = std::exchange(held_, {});
    return added;
}

bool AnswerReader::read_event(std::string_view data, Added& added) {
    data = without_white_space(data);
    if (data.empty()) return true;
    if (data == "[DONE]") {
        answer_.done = true;
        return true;
    }
    const auto chunk = parse(data);
    if (!chunk || !chunk->is_object()) return false;
    read(chunk->get_object(), added);
    return true;
}

bool AnswerReader::read_body(std::string_view body) {
    const auto parsed = parse(body);
    if (!parsed || !parsed->is_object()) return false;
    Added added;
    read(parsed->get_object(), added);
    finish();
    return answer_.has_choice || answer_.error;
}

Added AnswerReader::finish() {
    Added rest = splitter_.finish();
    answer_.content += rest.content;
    answer_.reasoning += rest.reasoning;
    return rest;
}

void AnswerReader::read(const json::object& chunk, Added& added) {
    if (!answer_.error) answer_.error = read_error(json::value(chunk));
    if (const std::string_view model = text_at(chunk, "model"); !model.empty())
        answer_.model = model;
    const json::value* usage = chunk.if_contains("usage");
    const auto* groq = object_at(chunk, "x_groq");  // its own place when it is not asked for usage
    if ((!usage || usage->is_null()) && groq) usage = groq->if_contains("usage");
    if (usage)
        if (auto counts = read_usage(*usage)) answer_.usage = *counts;
    const auto* choices = array_at(chunk, "choices");  // absent, null and empty are all lawful
    if (!choices) return;
    for (const json::value& choice : *choices)
        if (choice.is_object() && integer_at(choice.get_object(), "index", 0) == 0)
            read_choice(choice.get_object(), added);
}

void AnswerReader::read_choice(const json::object& choice, Added& added) {
    answer_.has_choice = true;
    if (!answer_.error) {
        const auto* error = choice.if_contains("error");
        if (error && error->is_object()) answer_.error = error_of(error->get_object());
    }
    if (const std::string_view reason = text_at(choice, "finish_reason"); !reason.empty())
        answer_.finish_reason = reason;
    const auto* delta = object_at(choice, "delta");
    const auto* message = object_at(choice, "message");
    if (delta) read_message(*delta, added);
    if (message && (!delta || delta->empty())) read_message(*message, added);
}

void AnswerReader::read_message(const json::object& message, Added& added) {
    if (const auto* content = message.if_contains("content")) read_content(*content, added);
    answer_.refusal += text_at(message, "refusal");
    // The names of one thing; some servers send it under two of them.
    std::string_view thought = text_at(message, "reasoning_content");
    if (thought.empty()) thought = text_at(message, "reasoning");
    add_reasoning(thought, added);
    const auto* details = array_at(message, "reasoning_details");
    if (thought.empty() && details) {
        for (const json::value& detail : *details) {
            if (!detail.is_object()) continue;
            add_reasoning(text_at(detail.get_object(), "text"), added);
            add_reasoning(text_at(detail.get_object(), "summary"), added);
        }
    }
    if (const auto* calls = array_at(message, "tool_calls"))
        for (const json::value& call : *calls)
            if (call.is_object()) read_tool_call(call.get_object());
    if (const auto* old_call = object_at(message, "function_call"))
        read_tool_call({{"index", 0}, {"function", *old_call}});
}

// Text, null, or a list of parts (Mistral), of which some are thoughts.
void AnswerReader::read_content(const json::value& content, Added& added) {
    if (content.is_string()) add_content(std::string_view(content.get_string()), added);
    if (!content.is_array()) return;
    for (const json::value& part : content.get_array()) {
        if (!part.is_object()) continue;
        const json::object& object = part.get_object();
        add_content(text_at(object, "text"), added);
        add_reasoning(text_at(object, "thinking"), added);
        const auto* thoughts = array_at(object, "thinking");
        if (!thoughts) continue;
        for (const json::value& thought : *thoughts)
            if (thought.is_object()) add_reasoning(text_at(thought.get_object(), "text"), added);
    }
}

// Pieces of one call have its index; some servers leave it out and send a new id with each call.
void AnswerReader::read_tool_call(const json::object& piece) {
    const std::string_view id = text_at(piece, "id");
    const auto index = count_at(&piece, "index");
    auto& calls = answer_.tool_calls;
    std::size_t place = calls.size();
    if (index) {
        place = static_cast<std::size_t>(std::ranges::find(tool_indices_, *index) -
                                         tool_indices_.begin());
    } else if (!calls.empty() && (id.empty() || calls.back().id == id)) {
        place = calls.size() - 1;
    }
    if (place == calls.size()) {
        calls.emplace_back();
        tool_indices_.push_back(index.value_or(-1));
    }
    ToolCall& call = calls[place];
    if (call.id.empty()) call.id = id;
    const auto* function = object_at(piece, "function");
    if (!function) return;
    if (call.name.empty()) call.name = text_at(*function, "name");
    const auto* arguments = function->if_contains("arguments");
    if (!arguments) return;
    if (arguments->is_string())
        call.arguments += std::string_view(arguments->get_string());
    else if (arguments->is_object())
        call.arguments += to_json(*arguments);
}

void AnswerReader::add_content(std::string_view text, Added& added) {
    if (text.empty()) return;
    const Added split = splitter_.feed(text);
    answer_.content += split.content;
    answer_.reasoning += split.reasoning;
    added.content += split.content;
    added.reasoning += split.reasoning;
}

void AnswerReader::add_reasoning(std::string_view text, Added& added) {
    answer_.reasoning += text;
    added.reasoning += text;
}

std::optional<ServerError> read_error(const json::value& value) {
    if (const auto* list = value.if_array())  // Gemini wraps it
        return list->empty() ? std::nullopt : read_error(list->front());
    const auto* object = value.if_object();
    if (!object) return std::nullopt;
    if (const auto* error = object->if_contains("error"); error && !error->is_null()) {
        if (const auto* members = error->if_object()) return error_of(*members);
        ServerError plain = error_of(*object);
        const bool is_text = error->is_string();
        if (is_text) plain.message = std::string_view(error->get_string());
        return is_text ? std::optional(plain) : std::nullopt;
    }
    if (text_at(*object, "object") == "error") return error_of(*object);  // vLLM, Mistral
    if (object->contains("choices")) return std::nullopt;
    if (const auto* detail = object->if_contains("detail")) {
        ServerError plain;
        plain.message = detail_text(*detail);
        return plain;
    }
    if (!text_at(*object, "message").empty()) return error_of(*object);
    return std::nullopt;
}

std::optional<Usage> read_usage(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) return std::nullopt;
    const auto prompt = count_at(object, "prompt_tokens");
    const auto completion = count_at(object, "completion_tokens");
    const auto total = count_at(object, "total_tokens");
    if (!prompt && !completion && !total) return std::nullopt;
    Usage usage;
    usage.prompt_tokens = prompt.value_or(0);
    usage.completion_tokens =
        completion.value_or(std::max<std::int64_t>(0, total.value_or(0) - usage.prompt_tokens));
    usage.total_tokens = total.value_or(usage.prompt_tokens + usage.completion_tokens);
    usage.reasoning_tokens =
        count_at(object_at(*object, "completion_tokens_details"), "reasoning_tokens");
    usage.cached_tokens = count_at(object_at(*object, "prompt_tokens_details"), "cached_tokens");
    if (!usage.cached_tokens)
        usage.cached_tokens = count_at(object, "prompt_cache_hit_tokens");  // DeepSeek
    const auto* cost = object->if_contains("cost");  // OpenRouter, in dollars
    const double cost_usd = cost && cost->is_number() ? cost->to_number<double>() : -1;
    if (cost_usd >= 0 && cost_usd <= static_cast<double>(limits::budget_usd))
        usage.cost_usd = cost_usd;
    return usage;
}

}  // namespace swiftgrid::nodes::llm_chat
