#pragma once

// A lexer for JavaScript that is just good enough to tell code from text: it knows strings,
// template literals, comments and regular expressions, so that braces and names inside them are
// not mistaken for code. It judges nothing: what the script means is the sandbox's business.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace swiftgrid::expr {

enum class TokenKind {
    identifier,  // keywords too
    number,
    string,         // '…' or "…"
    template_text,  // a piece of `…`, with its delimiters
    regex,
    punctuation,  // one byte, except `=>`, `?.` and `...`
    unclosed,     // a string, comment or regular expression without an end
    end,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::size_t offset = 0;
    std::string_view text;

    bool is(std::string_view punctuation) const {
        return kind == TokenKind::punctuation && text == punctuation;
    }
};

// Letters, digits, `_`, `$` and everything beyond ASCII.
bool is_identifier_byte(char c);

class Tokens {
public:
    explicit Tokens(std::string_view source, std::size_t offset = 0)
        : source_(source), offset_(offset) {}

    // White space and comments are skipped. After `end` or `unclosed` there is nothing more.
    Token next();

private:
    Token make(TokenKind kind, std::size_t begin);
    Token quoted(char quote);
    Token template_text();
    Token regex();
    Token word();
    Token punctuation();
    bool skip_blank_and_comments();
    bool regex_may_start() const;

    std::string_view source_;
    std::size_t offset_;
    Token previous_;              // the last significant token
    std::vector<char> brackets_;  // '{' of code, '$' of a template literal's hole
};

}  // namespace swiftgrid::expr
