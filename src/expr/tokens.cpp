#include "expr/tokens.h"

#include <algorithm>
#include <array>

namespace swiftgrid::expr {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_identifier_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

Token Tokens::next() {
    const std::size_t begin = offset_;
    Token token;
    if (!skip_blank_and_comments()) {
        token = make(TokenKind::unclosed, begin);
    } else if (offset_ == source_.size()) {
        token = make(TokenKind::end, offset_);
    } else if (const char c = source_[offset_]; c == '"' || c == '\'') {
        token = quoted(c);
    } else if (c == '`' || (c == '}' && !brackets_.empty() && brackets_.back() == '$')) {
        token = template_text();
    } else if (is_identifier_byte(c)) {
        token = word();
    } else if (c == '/' && regex_may_start()) {
        token = regex();
    } else {
        token = punctuation();
    }
    previous_ = token;
    return token;
}

Token Tokens::make(TokenKind kind, std::size_t begin) {
    return {kind, begin, source_.substr(begin, offset_ - begin)};
}

bool Tokens::skip_blank_and_comments() {
    while (offset_ < source_.size()) {
        const std::string_view rest = source_.substr(offset_);
        if (is_blank(rest.front())) {
            ++offset_;
        } else if (rest.starts_with("//")) {
            offset_ = std::min(source_.find('\n', offset_), source_.size());
        } else if (rest.starts_with("/*")) {
            const std::size_t close = source_.find("*/", offset_ + 2);
            offset_ = close == std::string_view::npos ? source_.size() : close + 2;
            if (close == std::string_view::npos) return false;
        } else {
            return true;
        }
    }
    return true;
}

Token Tokens::quoted(char quote) {
    const std::size_t begin = offset_++;
    while (offset_ < source_.size()) {
        const char c = source_[offset_++];
        if (c == quote) return make(TokenKind::string, begin);
        if (c == '\n') break;
        if (c == '\\' && offset_ < source_.size()) ++offset_;
    }
    offset_ = source_.size();
    return make(TokenKind::unclosed, begin);
}

// From a backtick, or from the `}` that ends a `${`, to the next `${` or the closing backtick.
Token Tokens::template_text() {
    if (source_[offset_] == '}') brackets_.pop_back();
    const std::size_t begin = offset_++;
    while (offset_ < source_.size()) {
        const char c = source_[offset_++];
        if (c == '`') return make(TokenKind::template_text, begin);
        if (c == '\\' && offset_ < source_.size()) ++offset_;
        if (c == '$' && offset_ < source_.size() && source_[offset_] == '{') {
            ++offset_;
            brackets_.push_back('$');
            return make(TokenKind::template_text, begin);
        }
    }
    return make(TokenKind::unclosed, begin);
}

// A slash divides after a value and begins a regular expression anywhere else.
bool Tokens::regex_may_start() const {
    static constexpr std::array<std::string_view, 8> operators = {
        "return", "typeof", "case", "in", "of", "delete", "void", "await"};
    switch (previous_.kind) {
        case TokenKind::identifier:
            return std::ranges::find(operators, previous_.text) != operators.end();
        case TokenKind::number:
        case TokenKind::string:
        case TokenKind::regex: return false;
        case TokenKind::template_text: return previous_.text.ends_with("${");
        case TokenKind::punctuation:
            return previous_.text != ")" && previous_.text != "]" && previous_.text != "}";
        case TokenKind::unclosed:
        case TokenKind::end: return true;
    }
    return true;
}

Token Tokens::regex() {
    const std::size_t begin = offset_++;
    bool in_class = false;
    while (offset_ < source_.size()) {
        const char c = source_[offset_++];
        if (c == '\n') break;
        if (c == '\\' && offset_ < source_.size()) ++offset_;
        if (c == '[') in_class = true;
        if (c == ']') in_class = false;
        if (c == '/' && !in_class) {
            while (offset_ < source_.size() && is_identifier_byte(source_[offset_])) ++offset_;
            return make(TokenKind::regex, begin);
        }
    }
    offset_ = source_.size();
    return make(TokenKind::unclosed, begin);
}

Token Tokens::word() {
    const std::size_t begin = offset_;
    const bool number = is_digit(source_[begin]);
    while (offset_ < source_.size() &&
           (is_identifier_byte(source_[offset_]) || (number && source_[offset_] == '.')))
        ++offset_;
    return make(number ? TokenKind::number : TokenKind::identifier, begin);
}

Token Tokens::punctuation() {
    const std::size_t begin = offset_;
    const std::string_view rest = source_.substr(begin);
    const bool optional_chain =
        rest.starts_with("?.") && !(rest.size() > 2 && is_digit(rest[2]));  // `a?.5:1` is a choice
    if (rest.starts_with("...")) {
        offset_ += 3;
    } else if (rest.starts_with("=>") || optional_chain) {
        offset_ += 2;
    } else {
        ++offset_;
    }
    if (rest.front() == '{') brackets_.push_back('{');
    if (rest.front() == '}' && !brackets_.empty()) brackets_.pop_back();
    return make(TokenKind::punctuation, begin);
}

}  // namespace swiftgrid::expr
