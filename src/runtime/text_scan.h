#pragma once

// Looks for patterns in a text as it is written and as it is meant: `%2F` and `\/` are a slash too,
// `\u00e9` an é. A text may come in pieces; escapes and patterns may be cut anywhere. The beginning
// of a pattern before "…" counts, too: that is how texts end which are shortened.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/pattern_set.h"

namespace swiftgrid::runtime {

// A part of the text, by offsets from its beginning.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// What a few bytes of the text mean.
struct Symbols {
    std::size_t consumed = 0;  // 0: more text has to come first
    std::size_t count = 1;
    unsigned char bytes[4] = {};
};

// One way to read the text.
template <typename Spelling>
class TextView {
public:
    explicit TextView(const PatternSet& patterns) : patterns_(patterns) {}

    // `text` holds everything that was not read yet and begins at offset `base`; `is_last`: no
    // more will come.
    void read(std::string_view text, std::size_t base, bool is_last, std::vector<Span>& found);

    // Whatever is found later begins here or behind.
    std::size_t safe_until() const;

private:
    void take(const Symbols& symbols, std::vector<Span>& found);
    // Is this the mark behind a text that was cut within a pattern?
    void look_for_cut(unsigned char byte, std::vector<Span>& found);
    std::size_t begin_of_last(std::size_t count) const;

    const PatternSet& patterns_;
    PatternSet::State state_ = PatternSet::root;
    std::size_t at_ = 0;               // everything before was read
    std::vector<std::size_t> begins_;  // where the bytes read last stand in the text
    std::size_t mark_read_ = 0;        // how many bytes of "…" were read last
    std::optional<Span> cut_;          // the beginning of a pattern before them
};

// The text is what it is.
struct Plain {
    static constexpr char escape = '\0';
    static constexpr bool has_escapes = false;
    static Symbols read(std::string_view text, bool is_last);
};
// As in an URL.
struct PercentEscaped {
    static constexpr char escape = '%';
    static constexpr bool has_escapes = true;
    static Symbols read(std::string_view text, bool is_last);
};
// As between the quotes of a JSON or JavaScript string, or of one that was quoted again and again:
// however many backslashes there are, they belong to what follows. A pattern with backslashes of
// its own has to be read the same way.
struct BackslashEscaped {
    static constexpr char escape = '\\';
    static constexpr bool has_escapes = true;
    static Symbols read(std::string_view text, bool is_last);
};

std::string without_backslash_escapes(std::string_view text);

class TextScan {
public:
    explicit TextScan(const PatternSet& patterns)
        : plain_(patterns), percent_(patterns), backslash_(patterns) {}

    void read(std::string_view text, std::size_t base, bool is_last, std::vector<Span>& found);
    std::size_t safe_until() const;

private:
    TextView<Plain> plain_;
    TextView<PercentEscaped> percent_;
    TextView<BackslashEscaped> backslash_;
};

// Everything that is found in a text that is there as a whole.
std::vector<Span> find_all(const PatternSet& patterns, std::string_view text);

}  // namespace swiftgrid::runtime
