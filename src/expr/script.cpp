#include "expr/script.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/limits.h"
#include "expr/tokens.h"

namespace swiftgrid::expr {
namespace {

constexpr std::array<std::string_view, 41> keywords = {
    "async",    "await",  "break",    "case",  "catch",     "class",   "const",
    "continue", "delete", "do",       "else",  "export",    "extends", "false",
    "finally",  "for",    "function", "if",    "import",    "in",      "instanceof",
    "let",      "new",    "null",     "of",    "return",    "static",  "super",
    "switch",   "this",   "throw",    "true",  "try",       "typeof",  "var",
    "void",     "while",  "with",     "yield", "undefined", "debugger"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

std::vector<Token> all_tokens(std::string_view source) {
    std::vector<Token> tokens;
    Tokens lexer(source);
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
        tokens.push_back(token);
        if (token.kind == TokenKind::unclosed) break;
    }
    return tokens;
}

// The bracket that encloses each token ('{', '(', '[' or 0) and, for every `(`, whether `=>`
// follows its `)`.
struct Nesting {
    std::vector<char> enclosing;
    std::vector<bool> in_arrow_parameters;
};

Nesting nesting_of(const std::vector<Token>& tokens) {
    Nesting nesting{std::vector<char>(tokens.size(), 0), std::vector<bool>(tokens.size(), false)};
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        const bool closes = token.is(")") || token.is("]") || token.is("}");
        if (closes && !open.empty()) {
            const std::size_t begin = open.back();
            open.pop_back();
            const bool arrow = token.is(")") && i + 1 < tokens.size() && tokens[i + 1].is("=>");
            if (arrow)
                std::fill(nesting.in_arrow_parameters.begin() + static_cast<long>(begin),
                          nesting.in_arrow_parameters.begin() + static_cast<long>(i), true);
        }
        if (!open.empty()) nesting.enclosing[i] = tokens[open.back()].text.front();
        if (token.is("(") || token.is("[") || token.is("{")) open.push_back(i);
    }
    return nesting;
}

bool is_member_name(const std::vector<Token>& tokens, const Nesting& nesting, std::size_t i) {
    if (i > 0 && (tokens[i - 1].is(".") || tokens[i - 1].is("?."))) return true;
    const bool before_colon = i + 1 < tokens.size() && tokens[i + 1].is(":");
    return before_colon && nesting.enclosing[i] == '{' && i > 0 &&
           (tokens[i - 1].is("{") || tokens[i - 1].is(","));
}

}  // namespace

Result<std::size_t> find_hole_end(std::string_view text, std::size_t begin) {
    // One byte more than allowed is enough to know that it is too long.
    const std::size_t window = limits::expression_characters + 3;
    const std::string_view source = text.substr(0, begin + std::min(window, text.size() - begin));
    Tokens lexer(source, begin);
    std::size_t depth = 0;
    for (Token token = lexer.next();; token = lexer.next()) {
        if (token.kind == TokenKind::end || token.kind == TokenKind::unclosed) {
            if (source.size() < text.size())
                return fail(ErrorCode::too_large,
                            "this placeholder is not closed within " +
                                std::to_string(limits::expression_characters) + " characters");
            if (token.kind == TokenKind::end)
                return fail(ErrorCode::bad_request,
                            "this placeholder is not closed: '}}' is missing");
            return fail(ErrorCode::bad_request,
                        "this placeholder is not closed: something that begins with " +
                            std::string(token.text.substr(0, 1)) + " has no end");
        }
        if (token.is("{")) ++depth;
        if (!token.is("}")) continue;
        if (depth == 0 && text.substr(token.offset).starts_with("}}")) return token.offset;
        if (depth == 0)
            return fail(ErrorCode::bad_request, "a single '}' stands where '}}' was expected");
        --depth;
    }
}

std::vector<std::string> script_roots(std::string_view source) {
    const std::vector<Token> tokens = all_tokens(source);
    const Nesting nesting = nesting_of(tokens);
    std::vector<std::string> roots;
    std::vector<std::string_view> seen;  // bounded by the limit of an expression's length
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.kind != TokenKind::identifier || is_member_name(tokens, nesting, i)) continue;
        if (contains(keywords, token.text)) continue;
        if (contains(seen, token.text)) continue;
        seen.push_back(token.text);
        const bool arrow_parameter =
            nesting.in_arrow_parameters[i] || (i + 1 < tokens.size() && tokens[i + 1].is("=>"));
        if (!arrow_parameter) roots.emplace_back(token.text);
    }
    return roots;
}

}  // namespace swiftgrid::expr
