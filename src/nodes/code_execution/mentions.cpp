#include "nodes/code_execution/mentions.h"

#include <algorithm>
#include <optional>

namespace swiftgrid::nodes::code_execution {
namespace {

bool is_identifier_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t skip_blanks(std::string_view code, std::size_t at) {
    return std::min(code.find_first_not_of(" \t\r\n", at), code.size());
}

// Where the word stands as a whole; npos when it does not any more.
std::size_t find_word(std::string_view code, std::string_view word, std::size_t from) {
    for (std::size_t at = code.find(word, from); at != std::string_view::npos;
         at = code.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_identifier_byte(code[at - 1]);
        const bool ends = end == code.size() || !is_identifier_byte(code[end]);
        if (begins && ends) return at;
    }
    return std::string_view::npos;
}

// `x.nodes` is a member of something else, `...nodes` is not.
bool is_member(std::string_view code, std::size_t at) {
    while (at > 0 && (code[at - 1] == ' ' || code[at - 1] == '\t' || code[at - 1] == '\n')) --at;
    return code.substr(0, at).ends_with('.') && !code.substr(0, at).ends_with("...");
}

// The name after `.`, or nothing when it is not one.
std::optional<std::string> dotted_name(std::string_view code, std::size_t at) {
    at = skip_blanks(code, at);
    std::size_t end = at;
    while (end < code.size() && is_identifier_byte(code[end])) ++end;
    if (end == at) return std::nullopt;
    return std::string(code.substr(at, end - at));
}

// The text between quotes after `[`, or nothing when it is not a plain literal.
std::optional<std::string> quoted_name(std::string_view code, std::size_t at) {
    at = skip_blanks(code, at);
    if (at == code.size() || (code[at] != '"' && code[at] != '\'')) return std::nullopt;
    const std::size_t end = code.find(code[at], at + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::size_t close = skip_blanks(code, end + 1);
    const std::string_view name = code.substr(at + 1, end - at - 1);
    if (close == code.size() || code[close] != ']' || name.find('\\') != std::string_view::npos)
        return std::nullopt;
    return std::string(name);
}

// Which node is read at `at`, the place right after `nodes`.
std::optional<std::string> node_read(std::string_view code, std::size_t at) {
    at = skip_blanks(code, at);
    const std::string_view rest = code.substr(at);
    if (rest.starts_with("?.[")) return quoted_name(code, at + 3);
    if (rest.starts_with("?.")) return dotted_name(code, at + 2);
    if (rest.starts_with("[")) return quoted_name(code, at + 1);
    if (rest.starts_with(".")) return dotted_name(code, at + 1);
    return std::nullopt;
}

}  // namespace

Mentions mentions_of(std::string_view code) {
    Mentions mentions;
    // The parameters can be reached without their names.
    const bool by_other_names = code.find("arguments") != std::string_view::npos;
    mentions.trigger = by_other_names || code.find("$trigger") != std::string_view::npos;
    mentions.all_nodes = by_other_names;
    constexpr std::string_view word = "nodes";
    for (std::size_t at = find_word(code, word, 0);
         at != std::string_view::npos && !mentions.all_nodes; at = find_word(code, word, at + 1)) {
        if (is_member(code, at)) continue;
        auto name = node_read(code, at + word.size());
        if (!name)
            mentions.all_nodes = true;
        else if (std::ranges::find(mentions.nodes, *name) == mentions.nodes.end())
            mentions.nodes.push_back(std::move(*name));
    }
    if (mentions.all_nodes) mentions.nodes.clear();
    return mentions;
}

}  // namespace swiftgrid::nodes::code_execution
