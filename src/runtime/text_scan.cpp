#include "runtime/text_scan.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/hex.h"
#include "base/limits.h"

namespace swiftgrid::runtime {
namespace {

constexpr Symbols more_needed{};

Symbols as_it_is(std::string_view text) {
    return {1, 1, {static_cast<unsigned char>(text.front())}};
}

// The number that so many digits make; nothing when a digit is none.
std::optional<unsigned> hex_number(std::string_view digits) {
    unsigned number = 0;
    for (const char c : digits) {
        const int digit = hex_digit(c);
        if (digit < 0) return std::nullopt;
        number = number << 4U | static_cast<unsigned>(digit);
    }
    return number;
}

Symbols utf8(std::size_t consumed, unsigned code_point) {
    const auto byte = [](unsigned value) { return static_cast<unsigned char>(value); };
    const auto tail = [&](unsigned shift) { return byte(0x80U | ((code_point >> shift) & 0x3FU)); };
    if (code_point < 0x80) return {consumed, 1, {byte(code_point)}};
    if (code_point < 0x800) return {consumed, 2, {byte(0xC0U | code_point >> 6U), tail(0)}};
    if (code_point < 0x10000)
        return {consumed, 3, {byte(0xE0U | code_point >> 12U), tail(6), tail(0)}};
    return {consumed, 4, {byte(0xF0U | code_point >> 18U), tail(12), tail(6), tail(0)}};
}

// Those of a text that is full of them become one.
void add(const Span& span, std::vector<Span>& found) {
    if (!found.empty() && span.begin >= found.back().begin && span.begin < found.back().end)
        found.back().end = std::max(found.back().end, span.end);
    else
        found.push_back(span);
}

// How many backslashes the text begins with; more than anybody nests are left for later.
std::size_t backslashes(std::string_view text) {
    constexpr std::size_t run_max = 64;
    const std::size_t end = text.find_first_not_of('\\');
    return std::min({end, text.size(), run_max});
}

constexpr std::size_t hex_digits = 4;  // of \u00e9

// The code unit of `\u` and four digits, behind so many backslashes.
struct CodeUnit {
    std::size_t consumed = 0;  // 0: it is none
    bool is_cut = false;       // it may become one
    unsigned value = 0;
};
CodeUnit code_unit(std::string_view text) {
    const std::size_t run = backslashes(text);
    const std::string_view rest = text.substr(run, 1 + hex_digits);
    if (rest.empty() || (rest.front() == 'u' && rest.size() <= hex_digits))
        return {0, rest.empty() || hex_number(rest.substr(1)).has_value(), 0};
    const auto value = rest.front() == 'u' && run > 0 ? hex_number(rest.substr(1)) : std::nullopt;
    if (!value) return {};
    return {run + rest.size(), false, *value};
}

// What follows the backslashes, without them.
Symbols without(std::size_t run, std::string_view text) {
    if (run == text.size() || text[run] == '\\') return {run, 0};
    return {run + 1, 1, {static_cast<unsigned char>(text[run])}};
}

Symbols read_unicode(std::string_view text, bool is_last) {
    const CodeUnit first = code_unit(text);
    if (first.is_cut && !is_last) return more_needed;
    if (first.consumed == 0) return without(backslashes(text), text);
    const bool is_high = first.value >= 0xD800 && first.value <= 0xDBFF;
    if (!is_high) return utf8(first.consumed, first.value);
    const CodeUnit second = code_unit(text.substr(first.consumed));
    if (second.is_cut && !is_last) return more_needed;
    if (second.consumed == 0 || second.value < 0xDC00 || second.value > 0xDFFF)
        return utf8(first.consumed, first.value);
    return utf8(first.consumed + second.consumed,
                0x10000U + ((first.value - 0xD800U) << 10U) + (second.value - 0xDC00U));
}

}  // namespace

Symbols Plain::read(std::string_view text, bool) { return as_it_is(text); }

Symbols PercentEscaped::read(std::string_view text, bool is_last) {
    if (text.front() != escape) return as_it_is(text);
    const auto byte = hex_number(text.substr(1, 2));
    if (!byte) return as_it_is(text);
    if (text.size() < 3) return is_last ? as_it_is(text) : more_needed;
    return {3, 1, {static_cast<unsigned char>(*byte)}};
}

Symbols BackslashEscaped::read(std::string_view text, bool is_last) {
    if (text.front() != escape) return as_it_is(text);
    const std::size_t run = backslashes(text);
    if (run == text.size() && !is_last) return more_needed;
    switch (run < text.size() ? text[run] : '\0') {
        case 'b': return {run + 1, 1, {'\b'}};
        case 'f': return {run + 1, 1, {'\f'}};
        case 'n': return {run + 1, 1, {'\n'}};
        case 'r': return {run + 1, 1, {'\r'}};
        case 't': return {run + 1, 1, {'\t'}};
        case 'u': return read_unicode(text, is_last);
        default: return without(run, text);
    }
}

std::string without_backslash_escapes(std::string_view text) {
    std::string meant;
    while (!text.empty()) {
        const Symbols symbols = BackslashEscaped::read(text, true);
        for (std::size_t i = 0; i < symbols.count; ++i)
            meant += static_cast<char>(symbols.bytes[i]);
        text.remove_prefix(symbols.consumed);
    }
    return meant;
}

template <typename Spelling>
void TextView<Spelling>::read(std::string_view text, std::size_t base, bool is_last,
                              std::vector<Span>& found) {
    const auto is_escape = [](char c) { return Spelling::has_escapes && c == Spelling::escape; };
    std::size_t i = at_ - base;
    while (i < text.size()) {
        const char c = text[i];
        if (state_ == PatternSet::root && mark_read_ == 0 && i + 1 < text.size() && !is_escape(c) &&
            !is_escape(text[i + 1]) &&
            !patterns_.may_begin(static_cast<unsigned char>(c),
                                 static_cast<unsigned char>(text[i + 1]))) {
            ++i;
            continue;
        }
        at_ = base + i;
        const Symbols symbols = Spelling::read(text.substr(i), is_last);
        if (symbols.consumed == 0) return;
        i += symbols.consumed;
        take(symbols, found);
    }
    at_ = base + text.size();
}

template <typename Spelling>
void TextView<Spelling>::take(const Symbols& symbols, std::vector<Span>& found) {
    const std::size_t end = at_ + symbols.consumed;
    for (std::size_t i = 0; i < symbols.count; ++i) {
        look_for_cut(symbols.bytes[i], found);
        state_ = patterns_.next(state_, symbols.bytes[i]);
        if constexpr (Spelling::has_escapes) {
            const std::size_t depth = patterns_.depth(state_);
            if (depth == 0)
                begins_.clear();
            else
                begins_.push_back(at_);
            constexpr std::size_t kept = 256;  // more than most patterns have
            if (begins_.size() > 2 * depth + kept)
                begins_.erase(begins_.begin(), begins_.end() - static_cast<std::ptrdiff_t>(depth));
        }
        if (const std::size_t length = patterns_.matched(state_); length > 0)
            add({Spelling::has_escapes ? begin_of_last(length) : end - length, end}, found);
    }
}

template <typename Spelling>
void TextView<Spelling>::look_for_cut(unsigned char byte, std::vector<Span>& found) {
    static constexpr unsigned char mark[] = {0xE2, 0x80, 0xA6};
    if (byte == mark[0]) {
        const std::size_t begun = patterns_.depth(state_);
        cut_.reset();
        if (begun >= limits::secret_characters_min)
            cut_ = Span{Spelling::has_escapes ? begin_of_last(begun) : at_ - begun, at_};
        mark_read_ = 1;
        return;
    }
    if (mark_read_ == 0) return;
    mark_read_ = byte == mark[mark_read_] ? mark_read_ + 1 : 0;
    if (mark_read_ < std::size(mark)) return;
    if (cut_) add(*cut_, found);
    mark_read_ = 0;
}

template <typename Spelling>
std::size_t TextView<Spelling>::begin_of_last(std::size_t count) const {
    return begins_[begins_.size() - count];
}

template <typename Spelling>
std::size_t TextView<Spelling>::safe_until() const {
    const std::size_t open = patterns_.open(state_);
    std::size_t until = at_;
    if (open > 0) until = Spelling::has_escapes ? begin_of_last(open) : at_ - open;
    return mark_read_ > 0 && cut_ ? std::min(until, cut_->begin) : until;
}

template class TextView<Plain>;
template class TextView<PercentEscaped>;
template class TextView<BackslashEscaped>;

void TextScan::read(std::string_view text, std::size_t base, bool is_last,
                    std::vector<Span>& found) {
    plain_.read(text, base, is_last, found);
    percent_.read(text, base, is_last, found);
    backslash_.read(text, base, is_last, found);
}

std::size_t TextScan::safe_until() const {
    return std::min({plain_.safe_until(), percent_.safe_until(), backslash_.safe_until()});
}

std::vector<Span> find_all(const PatternSet& patterns, std::string_view text) {
    std::vector<Span> found;
    TextView<Plain>(patterns).read(text, 0, true, found);
    // Without an escape they read the same.
    if (text.find(PercentEscaped::escape) != std::string_view::npos)
        TextView<PercentEscaped>(patterns).read(text, 0, true, found);
    if (text.find(BackslashEscaped::escape) != std::string_view::npos)
        TextView<BackslashEscaped>(patterns).read(text, 0, true, found);
    return found;
}

}  // namespace swiftgrid::runtime
