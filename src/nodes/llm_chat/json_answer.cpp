#include "nodes/llm_chat/json_answer.h"

#include "nodes/llm_chat/answer_schema.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::string_view fence = "```";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

// ```json … ```, also with words before and after it.
std::string_view without_fences(std::string_view text) {
    const auto open = text.find(fence);
    if (open == std::string_view::npos) return text;
    const auto line_end = text.find('\n', open);
    if (line_end == std::string_view::npos) return text;
    const auto close = text.find(fence, line_end);
    if (close == std::string_view::npos) return text.substr(line_end + 1);
    return text.substr(line_end + 1, close - line_end - 1);
}

}  // namespace

std::expected<JsonText, JsonProblem> read_json_answer(std::string_view content,
                                                      const std::optional<json::object>& schema) {
    const std::string_view whole = trimmed(content);
    if (whole.empty()) return std::unexpected(JsonProblem{"invalid_json", "the answer is empty"});
    auto read = JsonText::parse(whole);
    // A text value may hold a fence: it is looked for only when the whole is no JSON.
    if (!read)
        if (auto inner = JsonText::parse(trimmed(without_fences(whole)))) read = std::move(inner);
    if (!read)
        return std::unexpected(
            JsonProblem{"invalid_json", "the answer is not JSON: " + read.error().message});
    if (!schema) return std::move(*read);
    const std::string misfits = misfit(*schema, read->to_value());
    if (misfits.empty()) return std::move(*read);
    return std::unexpected(
        JsonProblem{"schema_mismatch", "the answer does not fit the schema: " + misfits});
}

}  // namespace swiftgrid::nodes::llm_chat
