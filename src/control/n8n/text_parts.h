#pragma once

// Small things about the texts of n8n's parameters.

#include <string>
#include <string_view>

#include "base/characters.h"
#include "base/limits.h"

namespace swiftgrid::control::n8n {

inline std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

// As much of it as a note shows.
inline std::string quoted_part(std::string_view text) {
    text = without_blanks(text);
    const std::string_view cut = cut_to_bytes(text, limits::import_quoted_characters);
    return std::string(cut) + (cut.size() < text.size() ? "…" : "");
}

}  // namespace swiftgrid::control::n8n
